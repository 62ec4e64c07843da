"""The commands for installing by OAuth: the manifest, the keys, and deleting a workspace."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
import yaml

from bot.app import StartError
from bot.cli.console import (
    EXIT_CODES,
    FOUND_FAULTS,
    AsJson,
    command_settings,
    err,
    open_named,
    print_result,
    run_async,
    sentences,
    words,
)
from bot.config import ConfigError, read_settings
from bot.environment.own_address import is_private
from bot.messages.operations import workspaces as texts
from bot.observability.logs import set_up_logs
from bot.operations.delete_workspace import Deleted, delete_workspace
from bot.services.installations.installations import reencrypt
from bot.slack.manifest import distributed, manifest_text, over_http, read_manifest, with_history
from bot.slack.outgoing import proxies
from bot.slack.token_vault import TokenVault, WrongKeyError, new_key
from handlers.giving.workflow_step import with_step

SETTING_UP, DATA = "Set up", "Your data"
setting_up = typer.Typer()
data = typer.Typer()


@setting_up.command(rich_help_panel=SETTING_UP)
def manifest(
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Have Slack send requests to this address, such as https://kudos.example.com, "
            "instead of Socket Mode.",
        ),
    ] = None,
    distributed_: Annotated[
        bool,
        typer.Option(
            "--distributed",
            help="For an app that many workspaces install from /slack/install; needs --url.",
        ),
    ] = False,
    history: Annotated[
        bool,
        typer.Option(
            "--with-history",
            help="Also ask to read the history of channels that Kudos is in: a post whose answer "
            "from Slack was lost is then never posted twice.",
        ),
    ] = False,
    workflow_step: Annotated[
        bool,
        typer.Option(
            "--with-workflow-step",
            help="Also offer a step to Workflow Builder. Slack allows that on paid plans, to an "
            "app of one workspace or organization.",
        ),
    ] = False,
) -> None:
    """Print the app manifest, to be pasted at api.slack.com/apps under "From a manifest"."""
    with sentences():
        if distributed_ and not url:
            raise StartError(texts.url_missing(words))
        if distributed_ and (workflow_step or history):
            raise StartError(texts.not_distributed(words))
        if url is not None:
            # Tells what is wrong with it.
            url = read_settings(_env_file=None, kudos_url=url.strip() or "none").kudos_url
            if not url.startswith("https://") or is_private(url):
                raise StartError(texts.url_unreachable(words))
    if url is None and not history and not workflow_step:
        sys.stdout.write(manifest_text())
        return
    asked = read_manifest()
    if history:
        asked = with_history(asked)
    if workflow_step:
        asked = with_step(asked)
    if url is not None:
        asked = distributed(asked, url) if distributed_ else over_http(asked, url)
    sys.stdout.write(yaml.safe_dump(asked, sort_keys=False, allow_unicode=True))


@setting_up.command("secret-key", rich_help_panel=SETTING_UP)
def secret_key() -> None:
    """Print a fresh key for KUDOS_SECRET_KEY, with which the tokens of workspaces are stored."""
    sys.stdout.write(new_key() + "\n")


@setting_up.command("rotate-key", rich_help_panel=SETTING_UP, epilog=EXIT_CODES)
def rotate_key() -> None:
    """Store every token anew, with the first key in KUDOS_SECRET_KEY; harmless to do again.

    Put a fresh key before the old one, with a comma between them, and restart every process. Then
    run this, take the old key away, and restart them once more.
    """
    with sentences():
        settings = command_settings()
        set_up_logs(settings)
        keys = settings.kudos_secret_key.get_secret_value()
        if not keys.strip():
            raise ConfigError([texts.key_missing(words)])
        vault = TokenVault(keys)

        async def run() -> int:
            store = open_named(settings)
            try:
                return await store.write(reencrypt, vault.reencrypt)
            except WrongKeyError as error:
                raise StartError(texts.wrong_key(words, str(error))) from None
            finally:
                await store.close()

        print_result(texts.keys_rotated(words, run_async(run())))


@data.command("delete", rich_help_panel=DATA, epilog=EXIT_CODES)
def delete(
    team: Annotated[str, typer.Option(help="The workspace, such as T0123456789.")],
    sure: Annotated[
        bool, typer.Option("--sure", help="Really do it; without this, nothing happens.")
    ] = False,
    uninstall: Annotated[
        bool,
        typer.Option("--uninstall", help="Before that, have Slack take Kudos out of it."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be deleted.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Delete everything that is stored of one workspace, for ever; the others stay as they are.

    With --uninstall, Slack takes the app out of the workspace first, as an admin could under
    Manage apps: its token is worth nothing then. If Slack cannot be reached, nothing is deleted.
    """
    with sentences():
        settings = command_settings()
        set_up_logs(settings)
        is_rehearsal = dry_run or not sure
        if uninstall and (faults := list(proxies().faults())):
            raise ConfigError(faults)

        async def run() -> Deleted | None:
            store = open_named(settings)
            try:
                return await delete_workspace(
                    settings, store, team, uninstalls=uninstall, is_rehearsal=is_rehearsal
                )
            finally:
                await store.close()

        deleted = run_async(run())
        if as_json:
            _print_deleted(team, deleted, is_rehearsal=is_rehearsal)
        elif deleted is None:
            err.print(texts.no_workspace(words, team), markup=False)
        elif dry_run:
            told = texts.would_delete(words, team, deleted.rows, uninstalls=deleted.is_uninstalled)
            print_result(told)
        elif not sure:
            err.print(texts.not_sure(words, team), markup=False)
        else:
            told = texts.workspace_deleted(words, team, deleted.rows)
            if deleted.is_uninstalled:
                told = f"{texts.uninstalled(words, team)}\n{told}"
            print_result(told)
        if deleted is None or not (sure or dry_run):
            raise typer.Exit(FOUND_FAULTS)


def _print_deleted(team: str, deleted: Deleted | None, *, is_rehearsal: bool) -> None:
    done = deleted is not None and not is_rehearsal
    print_result(
        {
            "team_id": team,
            "is_deleted": done,
            "is_uninstalled": done and deleted is not None and deleted.is_uninstalled,
            "rows": 0 if deleted is None else deleted.rows,
        }
    )
