"""The command that sets Kudos up, `kudos init`."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.console import (
    EXIT_CODES,
    FOUND_FAULTS,
    command_settings,
    env_file,
    out,
    run_async,
    sentences,
    words,
)
from bot.config import ConfigError
from bot.environment.setting_faults import TOKEN_PREFIXES
from bot.messages.operations import setup as texts
from bot.operations.init_env import (
    APP_TOKEN,
    BOT_TOKEN,
    NEW_APP,
    SECRET_KEY,
    check_token,
    link_with,
    write_env,
)
from bot.slack.manifest import manifest_text, read_manifest
from bot.slack.outgoing import proxies
from bot.slack.token_vault import new_key
from bot.tenancy.tenancy import StartError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.operations.init_env import TokenChecked

commands = typer.Typer()


@commands.command(rich_help_panel="Set up", epilog=EXIT_CODES)
def init() -> None:
    """Make the app in Slack and write `.env`: the first five minutes, step by step.

    It prints the manifest and a link to where it goes, asks for the two tokens without showing
    them, checks each with Slack, and writes them with a new secret key into .env, which only you
    can read. A .env that is there already keeps its other lines. Nothing is written before all is
    right. `kudos start` comes next.
    """
    with sentences():
        if not sys.stdin.isatty():
            raise StartError(texts.needs_a_terminal(words))
        path = env_file().absolute()
        try:
            _initialise(path)
        except (KeyboardInterrupt, EOFError):
            out.print()
            raise StartError(texts.stopped(words)) from None


def _initialise(path: Path) -> None:
    # What is wrong in an older `.env` is about to be replaced.
    settings = command_settings(slack_bot_token="", slack_app_token="")
    if path.exists():
        answer = input(texts.may_change(words, str(path)) + " ")
        if answer.strip().casefold() not in {"y", "yes"}:
            out.print(texts.left_as_it_is(words, str(path)), markup=False)
            raise typer.Exit(FOUND_FAULTS)
    if faults := list(proxies().faults()):
        raise ConfigError(faults)
    manifest = read_manifest()
    sys.stdout.write(manifest_text() + "\n")
    out.print(texts.make_the_app(words, link_with(manifest), NEW_APP), markup=False)
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    values = {}
    for name, where in (
        (BOT_TOKEN, texts.where_the_bot_token_is(words)),
        (APP_TOKEN, texts.where_the_app_token_is(words)),
    ):
        out.print()
        out.print(where, markup=False)
        values[name] = _token(settings, name, scopes)
    write_env(path, values | {SECRET_KEY: new_key()})
    out.print()
    out.print(texts.written(words, str(path)), markup=False)
    _warn_of_environment(values)


def _token(settings: Settings, name: str, scopes: list[str]) -> str:
    """Return a token that Slack takes, however often it has to be asked for."""
    while True:
        token = getpass(texts.token_asked(words)).strip()
        if not token:
            out.print(texts.nothing_pasted(words), markup=False)
            continue
        checked = run_async(check_token(settings.slack_api_url, name, token, scopes))
        out.print(_told(name, checked), markup=False)
        if not checked.reason:
            if checked.missing_scopes:
                out.print(texts.scopes_missing(words, checked.missing_scopes), markup=False)
            return token


def _told(name: str, checked: TokenChecked) -> str:
    if checked.is_other:
        return texts.not_this_kind(words, TOKEN_PREFIXES[name.lower()])
    if checked.is_unreached:
        return texts.slack_not_reached(words, checked.reason)
    if checked.reason:
        return texts.token_refused(words, checked.reason)
    return texts.token_works(words, checked.team)


def _warn_of_environment(values: dict[str, str]) -> None:
    settings = command_settings()
    used = {
        BOT_TOKEN: settings.slack_bot_token.get_secret_value(),
        APP_TOKEN: settings.slack_app_token.get_secret_value(),
    }
    others = [name for name, value in values.items() if used[name] != value]
    if others:
        out.print(texts.goes_before(words, others), markup=False)
