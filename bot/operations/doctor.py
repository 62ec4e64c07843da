"""`kudos doctor`: looks at everything that must be right, without changing anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import aiohttp

from bot.clock import machine_clock
from bot.domain.checks import Check, Finding, SchemaFound
from bot.operations.doctor_clock import clock_off_seconds
from bot.operations.doctor_installations import examine_installations
from bot.operations.files import exposed_files
from bot.services.operations.checks import check_stores
from bot.services.operations.sizes import count_table, measure, table_names
from bot.slack import outgoing
from bot.slack.web_api import SLACK_FAILED, RefusedError, called, identified
from storage.engine.fitness import UnfitDatabaseError
from storage.engine.migrate import (
    HalfImportedError,
    NewerSchemaError,
    find_server_fault,
    find_version,
    head,
)
from storage.engine.opening import name_of, opened
from storage.engine.private_files import find_file_fault
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.config import Settings

CALL_WITHIN_SECONDS = 10
# What Slack shows under Basic Information; the client secret and other tokens look different.
SIGNING_SECRET = re.compile("[0-9a-f]{32}")
SHOWN = 5  # of many things of one kind


async def examine(
    settings: Settings, wanted_scopes: list[str], env_file: Path
) -> AsyncIterator[Finding]:
    """Yield what is found, in the order in which things depend on each other."""
    faults = settings.faults_for_start()
    for fault in faults:
        yield Finding(Check.SETTINGS, is_ok=False, details=(fault,))
    if not faults:
        yield Finding(Check.SETTINGS, is_ok=True)
    if exposed := tuple(str(path) for path in exposed_files(settings, env_file)):
        yield Finding(Check.PRIVATE_FILES, is_ok=False, details=exposed)
    async for finding in _examine_store(settings):
        yield finding
    if (off_seconds := await clock_off_seconds(settings)) is not None:
        yield Finding(Check.CLOCK, is_ok=False, counts={"off_seconds": off_seconds})
    secret = settings.slack_signing_secret.get_secret_value()
    if secret and not SIGNING_SECRET.fullmatch(secret):
        yield Finding(Check.SIGNING_SECRET, is_ok=False)
    if not faults:
        examining = examine_installations if settings.is_for_many else _examine_slack
        async for finding in examining(settings, wanted_scopes):
            yield finding


async def _examine_store(settings: Settings) -> AsyncIterator[Finding]:
    found = _look_at_database(settings.database_url)
    for finding in found:
        yield finding
    is_there = found[-1].check is Check.MIGRATIONS and found[-1].schema is SchemaFound.CURRENT
    if not is_there or not all(finding.is_ok for finding in found):
        return
    store = opened(settings.database_url, machine_clock)
    try:
        reports = await store.read(check_stores, None)
        size = await store.read(measure, None)
        rows_of = {name: await store.read(count_table, name) for name in table_names()}
    finally:
        await store.close()
    wrong = [
        f"{report.team_id} {name}"
        for report in reports
        for names in (report.wrong_balances, report.wrong_allowances, report.wrong_standings)
        for name in names[:SHOWN]
    ]
    count = sum(report.kudos_count for report in reports)
    yield Finding(Check.LEDGER, not wrong, tuple(wrong), {"kudos": count})
    failed = [
        f"{kind} {channel_id} {when:%Y-%m-%d %H:%M} ({reason})"
        for report in reports
        for kind, channel_id, reason, when in report.failed
    ]
    waiting = sum(
        report.outbox.get(state, 0) for report in reports for state in ("waiting", "sending")
    )
    yield Finding(Check.OUTBOX, not failed, tuple(failed), {"waiting": waiting})
    longest = sorted(rows_of.items(), key=lambda each: -each[1])[:SHOWN]
    yield Finding(Check.SIZES, is_ok=True, counts={"bytes": size} | dict(longest))
    for report in reports:
        which = (report.team_id,) if len(reports) > 1 else ()
        for status in report.schedules:
            is_ok = status.last is None or status.last.error is None
            yield Finding(Check.SCHEDULES, is_ok, which, schedule=status)


def _look_at_database(url: str) -> list[Finding]:
    """Returns how the database is as a whole; what is in it can be looked at if all is well."""
    name = name_of(url)
    answers = Finding(Check.DATABASE, is_ok=True, details=(name,))
    not_writable = []
    if found := find_file_fault(url):
        fault, path = found
        if not fault.can_be_read:
            return [_wrong(Check.FILE, name, fault, str(path))]
        not_writable = [_wrong(Check.WRITABLE, name, fault, str(path))]
    try:
        version = find_version(url)
        if reason := find_server_fault(url):
            not_writable = [_wrong(Check.SERVER, reason)]
    except HalfImportedError:
        return [answers, Finding(Check.IMPORT, is_ok=False)]
    except UnfitDatabaseError as error:
        return [_wrong(Check.UNFIT, error.kind, error.found)]
    except NewerSchemaError:
        return [answers, Finding(Check.MIGRATIONS, is_ok=False, schema=SchemaFound.NEWER)]
    except StoreUnavailableError as error:
        return not_writable or [_wrong(Check.DATABASE, error.reason.strip())]
    schema = SchemaFound.CURRENT if version == head() else SchemaFound.OLDER
    if version is None:
        schema = SchemaFound.NOT_YET if url.startswith("sqlite") else SchemaFound.MISSING
    # `kudos start` makes a file.
    is_ok = schema in {SchemaFound.CURRENT, SchemaFound.NOT_YET}
    tables = Finding(Check.MIGRATIONS, is_ok, (name,), schema=schema)
    there = [] if schema is SchemaFound.NOT_YET else [answers]
    return [*there, *not_writable, tables]


def _wrong(check: Check, *details: str) -> Finding:
    return Finding(check, is_ok=False, details=details)


async def _examine_slack(settings: Settings, wanted_scopes: list[str]) -> AsyncIterator[Finding]:
    timeout = aiohttp.ClientTimeout(total=CALL_WITHIN_SECONDS)
    async with outgoing.session(timeout=timeout) as session:

        def client(token: str) -> AsyncWebClient:
            return outgoing.Client(
                token=token, base_url=settings.slack_api_url, session=session, retry_handlers=[]
            )

        unreached = ""
        bot = client(settings.slack_bot_token.get_secret_value())
        try:
            answer, granted = await identified(bot)
        except SLACK_FAILED as error:
            if _is_of_token(error):
                yield Finding(Check.BOT_TOKEN, is_ok=False, details=(str(error),))
            else:
                unreached = str(error)
        else:
            yield Finding(Check.BOT_TOKEN, is_ok=True, details=(answer.get("team", ""),))
            missing = tuple(scope for scope in wanted_scopes if scope not in granted)
            yield Finding(Check.SCOPES, not missing, missing)
        app_token = settings.slack_app_token.get_secret_value()
        if app_token:
            try:
                await called(client(app_token), "apps.connections.open", {})
            except SLACK_FAILED as error:
                if _is_of_token(error):
                    yield Finding(Check.APP_TOKEN, is_ok=False, details=(str(error),))
                else:
                    unreached = unreached or str(error)
            else:
                yield Finding(Check.APP_TOKEN, is_ok=True)
        if unreached:
            yield Finding(Check.SLACK, is_ok=False, details=(unreached, settings.slack_api_url))


def _is_of_token(error: Exception) -> bool:
    """Returns whether Slack said no to the token, rather than nothing, or to come again."""
    return isinstance(error, RefusedError) and not error.passes
