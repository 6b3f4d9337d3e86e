"""The command line: `shouwen --help`, or `python -m bot --help`."""

import asyncio
import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import main as composition
from bot.adapters import logging
from bot.adapters.supervisor import Fatal, stop_on_signals
from bot.domain.people import Language, Role
from bot.operations import intake, papers, ruling, upkeep
from bot.regulations.loader import WrongRuleSet
from bot.sandbox.cast import SANDBOX_TOKEN
from bot.settings import Settings, WrongSetting, load

app = typer.Typer(
    name="shouwen",
    help="Shouwen (首问), the chat front desk of a property-management company.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command()
def run() -> None:
    """Start the bot: on Telegram with SHOUWEN_BOT_TOKEN, else in the built-in sandbox."""
    settings = _settings()
    asyncio.run(_serve(settings, emulated=settings.bot_token is None))


@app.command()
def sandbox() -> None:
    """Start the bot together with its built-in emulator, phones and time machine."""
    settings = _settings()
    asyncio.run(_serve(settings, emulated=True))


@app.command()
def emulator(
    limits: Annotated[bool, typer.Option(help="Enforce Telegram's limits on sending.")] = True,
) -> None:
    """Start the emulator alone, for a bot that runs in a process of its own."""
    settings = _settings()
    typer.echo(f"token for the bot: {SANDBOX_TOKEN}")
    asyncio.run(_emulate(settings, limits=limits))


@app.command()
def migrate() -> None:
    """Bring the database to this program's schema, keeping a copy of what was there."""
    done = upkeep.migrate(_settings())
    typer.echo(f"The database has schema {done.after}.")
    if done.copy:
        typer.echo(f"As it was before: {done.copy}")


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="A directory that does not exist yet.")]) -> None:
    """Copy database and files, also while the bot runs, and verify the copy."""
    typer.echo(upkeep.back_up(_settings(), target))


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A directory that `shouwen backup` made.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a database that is there.")] = False,
) -> None:
    """Put a backup in the place of the data directory, and verify it."""
    typer.echo(upkeep.restore(_settings(), source, overwrite=overwrite))


@app.command()
def doctor(
    rules: Annotated[Path | None, typer.Option(help="Examine and explain this rule set instead.")] = None,
) -> None:
    """Check the database: its file, its schema, and that every ticket's history is whole; or a rule set."""
    if rules is not None:
        _explain(ruling.explain_rules(rules))
        return
    problems = tuple(upkeep.examine(_settings()))
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo("Everything is in order.")


@app.command()
def reindex() -> None:
    """Fill the index of words anew, by which tickets are found; the bot must not be running."""
    typer.echo(upkeep.reindex(_settings()))


@app.command()
def rules(
    own: Annotated[Path | None, typer.Argument(help="A TOML file with what your estate does differently.")] = None,
    by: Annotated[str | None, typer.Option(help="Who decided it; kept with the moment.")] = None,
) -> None:
    """Explain the rules in force, or put your estate's own in force for what is filed from now on."""
    if own is None:
        _explain(ruling.explain_rules_in_force(_settings()))
    elif by is None or not by.strip():
        _leave('Say who decided it: --by "Director Ho".')
    else:
        _explain(ruling.decide_rules(_settings(), own, by.strip()))


@app.command()
def invite(
    role: Annotated[Role, typer.Argument(help="What the invited person will be.")],
    hours: Annotated[int, typer.Option(min=1, max=24, help="How long the invitation is good for.")] = 24,
    department: Annotated[str | None, typer.Option(help="The code of the department they join: engineering …")] = None,
    company: Annotated[str | None, typer.Option(help="The code of the company under contract that sends them.")] = None,
) -> None:
    """Make a single-use invitation; whoever sends it to the bot first gets the role."""
    try:
        typer.echo(papers.invite(_settings(), role, timedelta(hours=hours), department, company))
    except ValueError as error:
        _leave(str(error))


@app.command()
def units(
    source: Annotated[Path | None, typer.Argument(help="A CSV file with the estate's units, one a line.")] = None,
    target: Annotated[Path | None, typer.Argument(help="The CSV file to be written, with the codes.")] = None,
    renew: Annotated[str | None, typer.Option(help="Give this one unit a new code.")] = None,
) -> None:
    """Give units the codes that residents register with; what is not written down then cannot be had again."""
    try:
        if renew is not None and source is None:
            typer.echo(papers.renew_letter(_settings(), renew))
        elif source is not None and target is not None and renew is None:
            typer.echo(papers.write_letters(_settings(), source, target))
        else:
            _leave("Name the file with the units and the one to be written, or one unit: --renew 3-12A.")
    except ValueError as error:
        _leave(str(error))


@app.command()
def canned(
    source: Annotated[Path, typer.Argument(help="A TOML file like deploy/canned.example.toml.")],
) -> None:
    """Take over the answers that colleagues find ready, whole: what is not in the file is taken out."""
    try:
        typer.echo(intake.take_over_canned(_settings(), source))
    except ValueError as error:
        _leave(str(error))


@app.command()
def contractors(
    source: Annotated[Path, typer.Argument(help="A TOML file like deploy/contractors.example.toml.")],
) -> None:
    """Take over the companies under contract, whole: the contract of who is not in the file ends at once."""
    try:
        typer.echo(intake.take_over_contractors(_settings(), source))
    except ValueError as error:
        _leave(str(error))


@app.command()
def figures(
    month: Annotated[str, typer.Argument(help="Like 2026-03.")],
    target: Annotated[Path, typer.Argument(help="The spreadsheet to be written: reported.xlsx.")],
) -> None:
    """Write what people on site reported in a month, by person and company, as a spreadsheet."""
    try:
        typer.echo(papers.write_figures(_settings(), month, target))
    except ValueError as error:
        _leave(str(error))


@app.command()
def directory(
    source: Annotated[Path, typer.Argument(help="A TOML file like deploy/directory.example.toml.")],
) -> None:
    """Take over the directory of outside bodies and sister units, whole: who is not in the file is taken out."""
    try:
        typer.echo(intake.take_over_directory(_settings(), source))
    except ValueError as error:
        _leave(str(error))


@app.command()
def places(
    source: Annotated[Path | None, typer.Argument(help="A CSV file like deploy/places.example.csv.")] = None,
    stickers: Annotated[Path | None, typer.Option(help="The PDF to be written, with stickers to be printed.")] = None,
    bot: Annotated[str, typer.Option(help="The bot's name on Telegram, which the stickers lead to.")] = "",
    only: Annotated[list[str] | None, typer.Option(help="Stickers for these places alone, by code.")] = None,
    renew: Annotated[str | None, typer.Option(help="Let this one place's sticker be dead; print a new one.")] = None,
) -> None:
    """Take over the places of the estate, whole: what is not in the file is taken out. Or print their stickers."""
    try:
        if source is not None:
            typer.echo(intake.take_over_places(_settings(), source))
        if renew is not None:
            typer.echo(papers.renew_sticker(_settings(), renew))
        if stickers is not None and re.fullmatch(r"@?[A-Za-z]\w{3,31}", bot, re.ASCII):
            typer.echo(papers.print_stickers(_settings(), stickers, bot.removeprefix("@"), only or ()))
        elif stickers is not None:
            _leave("Name the bot that the stickers lead to: --bot shouwen_bot.")
        elif source is None and renew is None:
            _leave("Name the file with the places, or the one to be written: --stickers stickers.pdf --bot NAME.")
    except ValueError as error:
        _leave(str(error))


@app.command()
def roster(
    source: Annotated[Path, typer.Argument(help="A CSV file like deploy/roster.example.csv.")],
) -> None:
    """Take over the duty roster, whole: who is on duty when. Who is away is added to what is known."""
    try:
        typer.echo(intake.take_over_roster(_settings(), source))
    except ValueError as error:
        _leave(str(error))


@app.command()
def estate(
    code: Annotated[str | None, typer.Option(help="Begins each ticket's number: capital letters and digits.")] = None,
    name: Annotated[str | None, typer.Option(help="As residents know it.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Like Asia/Hong_Kong.")] = None,
    language: Annotated[Language | None, typer.Option(help="What the staff group reads.")] = None,
    phone: Annotated[str | None, typer.Option(help="The service centre's number.")] = None,
    emergency_phone: Annotated[str | None, typer.Option(help="The number for emergencies.")] = None,
) -> None:
    """Say what the estate is called, where it is and how it is reached; without options, show it."""
    if code is not None and not re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", code):
        _leave("The code must be 1 to 8 capital letters and digits, a letter first.")
    given = {
        "code": code,
        "name": name,
        "timezone": timezone,
        "language": language,
        "phone": phone,
        "emergency_phone": emergency_phone,
    }
    changes = {field: value for field, value in given.items() if value is not None}
    try:
        typer.echo(intake.describe_estate(_settings(), changes))
    except ValueError as error:
        _leave(str(error))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context) -> None:
    """Measure speed beside stock python-telegram-bot (from a source checkout)."""
    try:
        from tests.bench.run import main as measure
    except ImportError:
        _leave("The benchmark comes with the source; run it in a checkout.")
    raise typer.Exit(measure(context.args))


async def _serve(settings: Settings, *, emulated: bool) -> None:
    starting = asyncio.current_task()
    if starting is not None:
        stop_on_signals(starting.cancel)
    with suppress(asyncio.CancelledError):  # told to stop before it was up
        async with composition.running(settings, emulated=emulated) as bot:
            stop_on_signals(bot.supervisor.stop)
            _ready(bot.url, page=emulated)
            await bot.supervisor.run()


async def _emulate(settings: Settings, *, limits: bool) -> None:
    async with composition.emulating(settings, limits=limits) as url:
        ended = asyncio.Event()
        stop_on_signals(ended.set)
        _ready(url)
        await ended.wait()


def _ready(url: str, *, page: bool = True) -> None:
    if page:
        typer.echo(f"Open {url} to see the phones; Ctrl-C ends.")
    typer.echo(f"listening on {url}")
    sys.stdout.flush()


def _settings() -> Settings:
    try:
        settings = load(os.environ, Path.cwd())
    except WrongSetting as error:
        _leave(str(error))
    secrets = [secret.get_secret_value() for secret in (settings.bot_token, settings.webhook_secret) if secret]
    logging.configure(level=settings.log_level, form=settings.log_format, secrets=secrets)
    return settings


def _explain(lines: Iterable[str]) -> None:
    try:
        for line in lines:
            typer.echo(line)
    except WrongRuleSet as error:
        _leave(str(error))


def _leave(sentence: str, code: int = 1) -> NoReturn:
    typer.echo(sentence, err=True)
    raise SystemExit(code)


def main() -> None:
    """Run the command line; what keeps a command from being carried out is told in one plain sentence."""
    os.umask(0o077)  # what residents write is nobody's business on this machine but the bot's
    try:
        app()
    except composition.REFUSALS as error:
        _leave(str(error))
    except Fatal as error:
        _leave(str(error), error.exit_code)


if __name__ == "__main__":
    main()
