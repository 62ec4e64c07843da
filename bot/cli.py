"""The command line, `kudos`.

Setting up is in `bot.cli_setup`, what is done with data in `bot.cli_data`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import yaml

from bot import cli_data, cli_import, cli_setup, cli_workspaces
from bot.app import KudosApp, StartError, open_store
from bot.cli_parts import (
    EXIT_CODES,
    FOUND_FAULTS,
    err,
    out,
    print_json,
    run_async,
    sentences,
    words,
)
from bot.clock import machine_clock
from bot.config import ConfigError, Settings, read_settings
from bot.demo import run_demo, show_in_browser
from bot.doctor import examine
from bot.logs import set_up_logs
from bot.manifest import read_manifest
from bot.messages import operator as texts
from bot.messages.doctor import finding_told
from bot.messages.operator_posts import no_moment
from bot.messages.operator_workspaces import started_for_many
from bot.running_due import (
    done,
    moment_of,
    not_done,
    rehearse_due,
    run_due,
    showing_progress,
    would_do,
)
from bot.sandbox import Sandbox
from storage.migrate import migrate

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
# Commands are listed in the order in which they stand here.
TRYING, SETTING_UP, RUNNING = "Try it", "Set up", "Run"


@cli.command(rich_help_panel=TRYING)
def demo(
    port: Annotated[int | None, typer.Option(help="Where the page is; default KUDOS_PORT.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Show Kudos at work in a browser, in a make-believe Slack workspace on this machine."""
    given = {"kudos_port": port} if port is not None else {}
    with sentences():
        # Only what concerns this machine: the demo needs no token and looks at none.
        settings = read_settings(_env_file=None, kudos_log_level="warning", **given)
        set_up_logs(settings)

        def ready(url: str) -> None:
            shown = show_in_browser(url) if browser else False
            out.print(texts.demo_ready(words, url, str(settings.kudos_home / "demo"), shown=shown))

        async def run() -> None:
            await run_demo(settings, read_manifest(), until=_told_to_stop(), ready=ready)

        run_async(run())


@cli.command(rich_help_panel=TRYING)
def sandbox(
    port: Annotated[int, typer.Option(help="Where it listens; 0 takes a free port.")] = 0,
    workspace: Annotated[
        Path | None, typer.Option(help="People and channels, as YAML; default: built in.")
    ] = None,
    state: Annotated[Path | None, typer.Option(help="A file that keeps everything.")] = None,
) -> None:
    """Run only the make-believe Slack, for an app that is started elsewhere."""

    async def run() -> None:
        people = None if workspace is None else yaml.safe_load(workspace.read_text("utf-8"))
        async with Sandbox(read_manifest(), people, state, port=port) as slack:
            # These tokens open nothing but this sandbox, so they may be shown.
            out.print(f"{slack.url}\n")
            out.print(f"SLACK_API_URL={slack.api_url}")
            out.print(f"SLACK_BOT_TOKEN={slack.bot_token}")
            out.print(f"SLACK_APP_TOKEN={slack.app_token}")
            out.print(f"SLACK_SIGNING_SECRET={slack.signing_secret}")
            await _told_to_stop().wait()

    with sentences():
        run_async(run())


cli.registered_commands += cli_setup.commands.registered_commands


cli.registered_commands += cli_workspaces.setting_up.registered_commands


@cli.command("migrate", rich_help_panel=SETTING_UP)
def migrate_command() -> None:
    """Bring the database to the tables of this version; run it again as often as you like."""
    with sentences():
        settings = read_settings()
        migrate(settings.database_url)
        out.print(texts.migrated(words))


@cli.command(rich_help_panel=SETTING_UP, epilog=EXIT_CODES)
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at settings, database, Slack's permissions and the ledger; change nothing."""
    with sentences():
        settings = read_settings()
        set_up_logs(settings)

        async def run() -> bool:
            is_well, findings = True, []
            scopes = read_manifest()["oauth_config"]["scopes"]["bot"]
            async for finding in examine(settings, scopes):
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

        async def run() -> None:
            until = _told_to_stop()
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
                out.print(texts.started(words, app.workspace.name))
            else:
                out.print(started_for_many(words, app.install_url))
            out.print(texts.listening(words, settings.kudos_host, app.port, app.health_port))
            await stopped
            await app.__aexit__(None, None, None)
            # All that was acknowledged is stored. A thread that still waits for somebody else's
            # lock on the database has told nobody that it succeeded, and Python would wait for it.
            sys.stdout.flush()
            os._exit(0)

        run_async(run())


@cli.command("run-due", rich_help_panel=RUNNING, epilog=EXIT_CODES)
def run_due_command(
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="As if it were this moment, in ISO 8601 such as 2026-11-23T09:00+01:00; "
            "without a zone it is UTC. Default: now.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be done.")] = False,
) -> None:
    """Post what is due and end; for those who run it every few minutes, from cron."""
    with sentences():
        moment = None if at is None else _moment(at)
        settings = read_settings()
        set_up_logs(settings)
        if not dry_run:
            faults = settings.faults_for_sending()
            if faults:
                raise ConfigError(faults)

        async def run() -> bool:
            store = open_store(settings, machine_clock)
            try:
                if dry_run:
                    ran = await rehearse_due(store, machine_clock, moment)
                else:
                    with showing_progress(words, err) as show:
                        ran = await run_due(settings, store, machine_clock, moment, show)
            finally:
                await store.close()
            told = would_do if dry_run else done
            for line in told(words, ran, moment or machine_clock()):
                out.print(line, markup=False)
            for fault in not_done(words, ran):
                err.print(fault, markup=False)
            return ran.is_well

        if not run_async(run()):
            raise typer.Exit(FOUND_FAULTS)


cli.registered_commands += cli_data.commands.registered_commands
cli.registered_commands += cli_workspaces.data.registered_commands
cli.registered_commands += cli_import.commands.registered_commands


def main() -> None:
    """Run the command line."""
    cli()


async def _entered(app: KudosApp) -> KudosApp:
    return await app.__aenter__()


def _told_to_stop() -> asyncio.Event:
    """Return what is set by Ctrl-C or by a supervisor's SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return told


def _moment(typed: str) -> datetime:
    try:
        return moment_of(typed)
    except (ValueError, OverflowError):
        raise StartError(no_moment(words, typed)) from None


def _settings_for_start() -> Settings:
    settings = read_settings()
    faults = settings.faults_for_start()
    if faults:
        raise ConfigError(faults)
    return settings
