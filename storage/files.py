"""Files that must be on the disk, and be what they were, before anybody relies on them."""

import hashlib
import os
import shutil
from pathlib import Path


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Put a file's content, or a directory's names, on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rename(path: Path, target: Path) -> None:
    """Give a finished file or directory its name, for good; what had that name before is replaced."""
    path.replace(target)
    sync(target.parent)


def copy_file(path: Path, target: Path) -> None:
    """Copy a file's content onto the disk."""
    shutil.copyfile(path, target)
    sync(target)


def link_or_copy(path: Path, target: Path) -> None:
    """Let `target` be the same content as `path`, which is never changed in place; nothing if it is there already."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(path)
    except OSError:  # another file system, or one without hard links
        part = target.with_name(f".{target.name}.part")
        copy_file(path, part)
        rename(part, target)
