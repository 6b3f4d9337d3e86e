"""Everybody's own menu: in the language they chose, the two Chinese apart, with what they may use and nothing else."""

from bot.domain.people import Role
from bot.main import Running
from tests.e2e.acts import invite
from tests.phones import Phone, Sandbox

ENGLISH = "My matters and how they stand"
LANGUAGES = ("English", "简体中文", "繁體中文")


async def test_a_menu_follows_the_language_that_was_chosen(sandbox: Sandbox, smith: Phone, li: Phone) -> None:
    assert (await smith.menu())["my"] == ENGLISH
    seen = set()
    for name in LANGUAGES:
        await smith.sends("/settings")
        await smith.taps(name)
        seen.add((await smith.menu())["my"])
    assert len(seen) == len(LANGUAGES), "also the two Chinese differ"
    before = await li.menu()
    await smith.sends("/settings")
    await smith.taps("English")
    assert (await smith.menu())["my"] == ENGLISH
    assert await li.menu() == before, "and nobody else's changes"


async def test_a_colleagues_menu_has_what_colleagues_may_use(bot: Running, sandbox: Sandbox, smith: Phone) -> None:
    assert "resident" not in await smith.menu()
    await invite(bot, "good-one", Role.CLERK)
    await smith.sends("/start good-one")
    menu = await smith.menu()
    assert "resident" in menu
    assert {"new", "my", "help", "cancel"} <= set(menu)


async def test_a_menu_that_is_refused_is_let_go(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("/settings")
    await sandbox.fault("403", methods=["setMyCommands"])
    await smith.taps("简体中文")
    await sandbox.fault(None)
    await smith.sends("x")
    await smith.sees("取消")
    await clerk.sees_nothing_of("a message arrived", chat=sandbox.group)
