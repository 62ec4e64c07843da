"""The command line, `kudos`.

Setting up is in `bot.cli.setup`, what is done with data in `bot.cli.data`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.app import KudosApp, StartError, open_store
from bot.cli import data, imports, sandbox, setup, workspaces
from bot.cli.console import (
    CANNOT_START,
    ENV_FILE_TOLD,
    EXIT_CODES,
    FOUND_FAULTS,
    command_settings,
    env_file,
    err,
    name_database,
    notices,
    open_named,
    out,
    print_json,
    print_result,
    run_async,
    sentences,
    told_to_stop,
    words,
)
from bot.clock import machine_clock
from bot.config import ENV_FILE, ConfigError, Settings, read_settings
from bot.demo.run import run_demo, show_in_browser
from bot.messages.operations import database as database_texts
from bot.messages.operations import general as texts
from bot.messages.operations.doctor import finding_told
from bot.messages.operations.posts import no_moment
from bot.messages.operations.workspaces import started_for_many
from bot.observability.logs import set_up_logs
from bot.operations.doctor import examine
from bot.operations.files import DEMO, tighten_files
from bot.operations.printing import let_go, open_missing
from bot.operations.run_due import (
    done,
    moment_of,
    not_done,
    rehearse_due,
    run_due,
    showing_progress,
    would_do,
)
from bot.slack.manifest import read_manifest
from storage.engine.migrate import is_older, migrate
from storage.engine.opening import name_of

if TYPE_CHECKING:
    from datetime import datetime


cli = typer.Typer(
    name="kudos",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",  # so that the lines of an explanation flow
    help="Peer recognition for Slack that a company runs itself.",
    epilog=EXIT_CODES,
)


@cli.callback()
def options(
    env_file: Annotated[
        Path | None,
        typer.Option(
            "--env-file",
            metavar="PATH",
            show_default=False,
            help="The file with the settings. Default: .env in the folder where you are.",
        ),
    ] = None,
) -> None:
    """Take what stands before the name of a command."""
    if env_file is None:
        return
    with sentences():
        if not env_file.is_file():
            raise StartError(database_texts.no_env_file(words, str(env_file)))
    ENV_FILE_TOLD.set(env_file)


# Commands are listed in the order in which they stand here.
TRYING, SETTING_UP, RUNNING = "Try it", "Set up", "Run"


@cli.command(rich_help_panel=TRYING)
def demo(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Where the page is; default KUDOS_PORT.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Show Kudos at work in a browser, in a simulated Slack workspace on this machine.

    It reads KUDOS_HOME and KUDOS_PORT from the environment alone, and no `.env`.
    """
    given = {"kudos_port": port} if port is not None else {}
    with sentences():
        # Only what concerns this machine: the demo needs no token and looks at none.
        if context.parent is not None and context.parent.params["env_file"] is not None:
            raise StartError(texts.demo_reads_no_file(words))
        settings = read_settings(_env_file=None, kudos_log_level="warning", **given)
        set_up_logs(settings)
        tighten_files(settings, Path(ENV_FILE))

        def ready(url: str) -> None:
            shown = show_in_browser(url) if browser else False
            notices.print(
                texts.demo_ready(words, url, str(settings.kudos_home / DEMO), shown=shown)
            )

        async def run() -> None:
            await run_demo(settings, read_manifest(), until=told_to_stop(), ready=ready)

        run_async(run())


cli.registered_commands += sandbox.commands.registered_commands


cli.registered_commands += setup.commands.registered_commands


cli.registered_commands += workspaces.setting_up.registered_commands


@cli.command("migrate", rich_help_panel=SETTING_UP)
def migrate_command() -> None:
    """Bring the database to the tables of this version; run it again as often as you like."""
    with sentences():
        settings = command_settings()
        name_database(settings)
        if not settings.database_url.startswith("sqlite") and is_older(settings.database_url):
            err.print(database_texts.upgrades_postgres(words), markup=False)
        upgraded = migrate(settings.database_url)
        if upgraded is None or upgraded.before is None:
            print_result(texts.migrated(words))
        else:
            print_result(database_texts.upgraded(words, _text(upgraded.copy)))


@cli.command(rich_help_panel=SETTING_UP, epilog=EXIT_CODES)
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at settings, database, Slack's permissions and the ledger; change nothing."""
    with sentences():
        settings = command_settings()
        set_up_logs(settings)

        async def run() -> bool:
            is_well, findings = True, []
            scopes = read_manifest()["oauth_config"]["scopes"]["bot"]
            async for finding in examine(settings, scopes, env_file()):
                is_well = is_well and finding.is_ok
                findings.append(finding)
                if as_json:
                    continue
                mark = "[green]✓[/]" if finding.is_ok else "[red]✗[/]"
                out.print(mark, end=" ")
                out.print(finding_told(words, finding), markup=False)
            if as_json:
                print_json(
                    {
                        "is_well": is_well,
                        "findings": [
                            {
                                "check": finding.check,
                                "is_ok": finding.is_ok,
                                "told": finding_told(words, finding),
                            }
                            for finding in findings
                        ],
                    }
                )
            return is_well

        if not run_async(run()):
            raise typer.Exit(FOUND_FAULTS)


@cli.command(rich_help_panel=RUNNING)
def start() -> None:
    """Run Kudos against Slack, as the settings in the environment and `.env` say."""
    with sentences():
        settings = _settings_for_start()
        set_up_logs(settings)
        tighten_files(settings, env_file())

        async def run() -> None:
            until = told_to_stop()
            store = open_store(settings, machine_clock)
            starting = asyncio.ensure_future(_entered(KudosApp(settings, store)))
            stopped = asyncio.ensure_future(until.wait())
            # Told to stop while Slack is not there yet, it does not wait for Slack.
            await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
                return
            app = await starting
            if app.workspace is not None:
                notices.print(texts.started(words, app.workspace.name))
            else:
                notices.print(started_for_many(words, app.install_url))
            name = name_of(settings.database_url)
            notices.print(database_texts.database(words, name), markup=False)
            notices.print(texts.listening(words, settings.kudos_host, app.port, app.health_port))
            await stopped
            await app.__aexit__(None, None, None)
            # All that was acknowledged is stored. A thread that still waits for somebody else's
            # lock on the database has told nobody that it succeeded, and Python would wait for it.
            notices.file.flush()
            os._exit(0)

        run_async(run())


@cli.command("run-due", rich_help_panel=RUNNING, epilog=EXIT_CODES)
def run_due_command(
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="As if it were this moment, in ISO 8601 such as 2026-11-23T09:00+01:00; "
            "without a zone it is UTC. Default: now. What has not ended is left to its time.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be done.")] = False,
) -> None:
    """Post what is due and end; for those who run it every few minutes, from cron."""
    with sentences():
        moment = None if at is None else _moment(at)
        settings = command_settings()
        set_up_logs(settings)
        if not dry_run:
            faults = settings.faults_for_sending()
            if faults:
                raise ConfigError(faults)
            tighten_files(settings, env_file())

        async def run() -> bool:
            store = open_named(settings)
            try:
                if dry_run:
                    ran = await rehearse_due(store, machine_clock, moment)
                else:
                    with showing_progress(words, err) as show:
                        ran = await run_due(settings, store, machine_clock, moment, show)
            finally:
                await store.close()
            told = would_do if dry_run else done
            for fault in not_done(words, ran):
                err.print(fault, markup=False)
            if lines := told(words, ran, moment or machine_clock()):
                print_result("\n".join(lines))
            return ran.is_well

        if not run_async(run()):
            raise typer.Exit(FOUND_FAULTS)


cli.registered_commands += data.commands.registered_commands
cli.registered_commands += workspaces.data.registered_commands
cli.registered_commands += imports.commands.registered_commands


def main() -> None:
    """Run the command line."""
    open_missing()
    code: int | str | None = None
    try:
        _refuse_what_is_no_text(sys.argv[1:])
        cli()
    except SystemExit as ended:
        code = ended.code
    except OSError as error:  # what was asked for, or what is wrong with it, couldn't be printed
        code = CANNOT_START
        _lament(error)
    fault = let_go(sys.stdout)
    if fault is not None and not code:
        code = CANNOT_START
        _lament(fault)
    let_go(sys.stderr)
    sys.exit(code)


def _refuse_what_is_no_text(typed: list[str]) -> None:
    """Ends the program where a word has bytes that could neither be stored nor printed."""
    for word in typed:
        try:
            word.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(word).decode(errors="backslashreplace")
            encoding = sys.getfilesystemencoding().upper()
            err.print(texts.no_text(words, shown, encoding), markup=False)
            sys.exit(CANNOT_START)


def _lament(fault: OSError | ValueError) -> None:
    reason = getattr(fault, "strerror", None) or str(fault)
    err.print(texts.product_lost(words, reason), markup=False)


async def _entered(app: KudosApp) -> KudosApp:
    return await app.__aenter__()


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _moment(typed: str) -> datetime:
    try:
        return moment_of(typed)
    except (ValueError, OverflowError):
        raise StartError(no_moment(words, typed)) from None


def _settings_for_start() -> Settings:
    settings = command_settings()
    faults = settings.faults_for_start()
    if faults:
        raise ConfigError(faults)
    return settings
