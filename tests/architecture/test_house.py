"""The rules of the house that no tool checks. Each check also shows that it looked at something."""

import ast
import re
from pathlib import Path
from typing import Final

import bot
import storage
import tests

PACKAGES: Final = [Path(package.__file__ or "").parent for package in (bot, storage, tests)]
#: Names of modules that say nothing of their reason.
EMPTY_NAMES: Final = {"util", "utils", "common", "helper", "helpers", "manager", "managers", "misc", "core", "base"}
#: A path in backticks, from the root or from `bot`; what follows a module's name after a point is a name in it.
_POINTED: Final = re.compile(
    r"`((?:bot|storage|tests|deploy|locales|docs|domain|flows|ports|services|adapters|sandbox|regulations)"
    r"/[\w/*-]+(?:\.(?:example\.)?(?:py|md|po|pot|toml|json|png)\b)?)"
)
WALL_CLOCK: Final = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


def sources(*packages: Path) -> list[Path]:
    """Return the modules of some packages; fail where there are suspiciously few."""
    found = [path for package in packages for path in sorted(package.rglob("*.py"))]
    assert len(found) > 20 * len(packages)
    return found


def test_package_files_stay_empty() -> None:
    packages = [path for path in sources(*PACKAGES) if path.name == "__init__.py"]
    assert len(packages) > 10
    assert [str(path) for path in packages if path.read_bytes()] == []


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in sources(*PACKAGES)}
    assert len(folders) > 10
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_modules_are_named_for_their_reason() -> None:
    named = [path for path in sources(*PACKAGES) if path.stem in EMPTY_NAMES or path.parent.name in EMPTY_NAMES]
    assert [str(path) for path in named] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path in sources(*PACKAGES)
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_only_the_clock_asks_for_the_time_of_day() -> None:
    """The wall clock is read in one place; `time.monotonic` and `perf_counter` measure, they do not tell the time."""
    asked = {
        path.relative_to(PACKAGES[0].parent).as_posix()
        for path in sources(*PACKAGES[:2])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in WALL_CLOCK
    }
    assert asked == {"bot/adapters/clock.py"}


def test_what_papers_and_comments_point_to_is_there() -> None:
    root = PACKAGES[0].parent
    papers = [*root.glob("*.md"), *sources(*PACKAGES)]
    pointed = [(paper, name) for paper in papers for name in _POINTED.findall(paper.read_text(encoding="utf-8"))]
    assert len(pointed) > 60
    lost = [
        f"{paper.relative_to(root)}: {name}"
        for paper, name in pointed
        if not any(next(base.glob(f"{name}{end}"), None) for base in (root, root / "bot") for end in ("", ".py"))
    ]
    assert lost == []
