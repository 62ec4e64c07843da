"""The command line, `kudos`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
import yaml
from rich.console import Console

from bot.app import KudosApp, StartError, open_store
from bot.clock import machine_clock
from bot.config import ConfigError, Settings, read_settings
from bot.demo import run_demo, show_in_browser
from bot.doctor import examine
from bot.domain.errors import UnknownMembersError
from bot.domain.own_data import ErasePerson, PersonErased
from bot.exporting import export
from bot.logs import set_up_logs
from bot.messages import operator as texts
from bot.messages.doctor import finding_told
from bot.messages.words import words_for
from bot.sandbox import Sandbox
from bot.services.erasure import erase
from handlers.workflow import with_step
from storage.migrate import NewerSchemaError, migrate
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from contextlib import AbstractContextManager

CANNOT_START = 2
FOUND_FAULTS = 1
HISTORY_SCOPES = ("channels:history", "groups:history", "im:history", "im:write")

cli = typer.Typer(
    name="kudos",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Peer recognition for Slack that a company runs itself.",
)
# Nothing is wrapped: a sentence that is copied or searched for must stay in one piece.
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
words = words_for(None)


class Format(StrEnum):
    """How records are written."""

    JSONL = "jsonl"
    CSV = "csv"


class What(StrEnum):
    """Which records are written."""

    KUDOS = "kudos"


@cli.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Where the page is; default KUDOS_PORT.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Show Kudos at work in a browser, in a make-believe Slack workspace on this machine."""
    given = {"kudos_port": port} if port is not None else {}
    with _sentences():
        # Only what concerns this machine: the demo needs no token and looks at none.
        settings = read_settings(_env_file=None, kudos_log_level="warning", **given)
        set_up_logs(settings)

        def ready(url: str) -> None:
            shown = show_in_browser(url) if browser else False
            out.print(texts.demo_ready(words, url, str(settings.kudos_home / "demo"), shown=shown))

        async def run() -> None:
            await run_demo(settings, _manifest(), until=_told_to_stop(), ready=ready)

        _run(run())


@cli.command()
def start() -> None:
    """Run Kudos against Slack, as the settings in the environment and `.env` say."""
    with _sentences():
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
            out.print(texts.started(words, app.workspace.name if app.workspace else ""))
            await stopped
            await app.__aexit__(None, None, None)
            # All that was acknowledged is stored. A thread that still waits for somebody else's
            # lock on the database has told nobody that it succeeded, and Python would wait for it.
            sys.stdout.flush()
            os._exit(0)

        _run(run())


@cli.command()
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
        async with Sandbox(_manifest(), people, state, port=port) as slack:
            # These tokens open nothing but this sandbox, so they may be shown.
            out.print(f"{slack.url}\n")
            out.print(f"SLACK_API_URL={slack.api_url}")
            out.print(f"SLACK_BOT_TOKEN={slack.bot_token}")
            out.print(f"SLACK_APP_TOKEN={slack.app_token}")
            out.print(f"SLACK_SIGNING_SECRET={slack.signing_secret}")
            await _told_to_stop().wait()

    with _sentences():
        _run(run())


@cli.command("migrate")
def migrate_command() -> None:
    """Bring the database to the tables of this version; run it again as often as you like."""
    with _sentences():
        settings = read_settings()
        migrate(settings.database_url)
        out.print(texts.migrated(words))


@cli.command()
def doctor() -> None:
    """Look at settings, database, Slack's permissions and the ledger; change nothing."""
    with _sentences():
        settings = read_settings()
        set_up_logs(settings)

        async def run() -> bool:
            is_well = True
            scopes = _manifest()["oauth_config"]["scopes"]["bot"]
            async for finding in examine(settings, scopes):
                is_well = is_well and finding.is_ok
                mark = "[green]✓[/]" if finding.is_ok else "[red]✗[/]"
                out.print(mark, end=" ")
                out.print(finding_told(words, finding), markup=False)
            return is_well

        if not _run(run()):
            raise typer.Exit(FOUND_FAULTS)


@cli.command("export")
def export_command(
    what: Annotated[What, typer.Option(help="Which records.")] = What.KUDOS,
    format_: Annotated[Format, typer.Option("--format", help="How.")] = Format.JSONL,
    output: Annotated[Path | None, typer.Option(help="A file; default: standard output.")] = None,
) -> None:
    """Write one record for each kudos, in the order in which they were given."""
    del what  # there is one kind so far, and its name is checked
    with _sentences():
        settings = read_settings()

        async def run() -> int:
            store = open_store(settings, machine_clock)
            try:
                with _opened(output) as file:
                    return await export(store, file, as_csv=format_ is Format.CSV)
            finally:
                await store.close()

        count = _run(run())
        err.print(texts.exported(words, count))


@cli.command("erase")
def erase_command(
    team: Annotated[str, typer.Option(help="The workspace, such as T0123456789.")],
    user: Annotated[str, typer.Option(help="The person, such as U0123456789.")],
) -> None:
    """Erase somebody's name and words, as they can do themselves; points and counts stay."""
    with _sentences():
        settings = read_settings()

        async def run() -> PersonErased | None:
            store = open_store(settings, machine_clock)
            try:
                return await store.write(erase, ErasePerson(team, user))
            except UnknownMembersError:
                return None
            finally:
                await store.close()

        erased = _run(run())
        if erased is None:
            err.print(texts.nobody_to_erase(words, user), markup=False)
            raise typer.Exit(FOUND_FAULTS)
        out.print(texts.person_erased(words, erased.user_id, erased.reasons_count), markup=False)


@cli.command()
def manifest(
    with_history: Annotated[
        bool,
        typer.Option(
            help="Also ask to read the history of channels that Kudos is in: a post whose answer "
            "from Slack was lost is then never posted twice."
        ),
    ] = False,
    with_workflow_step: Annotated[
        bool,
        typer.Option(
            help="Also offer a step to Workflow Builder. Slack allows that on paid plans, to an "
            "app of one workspace or organization."
        ),
    ] = False,
) -> None:
    """Print the app manifest, to be pasted at api.slack.com/apps under "From a manifest"."""
    if not with_history and not with_workflow_step:
        sys.stdout.write(_manifest_text())
        return
    asked = _manifest()
    if with_history:
        asked["oauth_config"]["scopes"]["bot"] += HISTORY_SCOPES
    if with_workflow_step:
        asked = with_step(asked)
    sys.stdout.write(yaml.safe_dump(asked, sort_keys=False, allow_unicode=True))


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


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        import uvloop  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)


def _settings_for_start() -> Settings:
    settings = read_settings()
    faults = settings.faults_for_start()
    if faults:
        raise ConfigError(faults)
    return settings


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what keeps a command from running into sentences and exit code 2."""
    try:
        yield
    except ConfigError as error:
        sentences = error.faults
    except StartError as error:
        sentences = [str(error)]
    except NewerSchemaError:
        sentences = [texts.newer_schema(words)]
    except StoreUnavailableError as error:
        sentences = [texts.database_unavailable(words, str(error))]
    except OSError as error:
        sentences = [texts.not_possible(words, str(error))]
    else:
        return
    for sentence in sentences:
        err.print(sentence, markup=False)
    raise typer.Exit(CANNOT_START)


def _opened(output: Path | None) -> AbstractContextManager[TextIO]:
    if output is None:
        return nullcontext(sys.stdout)
    return output.open("w", encoding="utf-8", newline="")


def _manifest_text() -> str:
    """Return the manifest: of the package, or in a checkout the one at the top."""
    packaged = resources.files("bot") / "manifest.yml"
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(__file__).parent.parent / "manifest.yml").read_text("utf-8")


def _manifest() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(_manifest_text())
    return parsed
