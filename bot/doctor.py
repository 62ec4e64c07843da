"""`kudos doctor`: looks at everything that must be right, without changing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import machine_clock
from bot.doctor_installations import examine_installations
from bot.domain.checks import Check, Finding
from bot.services.checks import check_stores
from bot.slack import InDoubtError, NotReachedError, RateLimitedError, RefusedError, called
from storage.migrate import HalfImportedError, NewerSchemaError, is_current
from storage.opening import opened
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.config import Settings

CALL_WITHIN_SECONDS = 10
SHOWN = 5  # of many things of one kind


async def examine(settings: Settings, wanted_scopes: list[str]) -> AsyncIterator[Finding]:
    """Yield what is found, in the order in which things depend on each other."""
    faults = settings.faults_for_start()
    for fault in faults:
        yield Finding(Check.SETTINGS, is_ok=False, details=(fault,))
    if not faults:
        yield Finding(Check.SETTINGS, is_ok=True)
    async for finding in _examine_store(settings):
        yield finding
    if not faults:
        examining = examine_installations if settings.is_for_many else _examine_slack
        async for finding in examining(settings, wanted_scopes):
            yield finding


async def _examine_store(settings: Settings) -> AsyncIterator[Finding]:
    try:
        has_tables = is_current(settings.database_url)
    except HalfImportedError:
        yield Finding(Check.DATABASE, is_ok=True)
        yield Finding(Check.IMPORT, is_ok=False)
        return
    except NewerSchemaError as error:
        yield Finding(Check.DATABASE, is_ok=False, details=(str(error),))
        return
    except StoreUnavailableError as error:
        yield Finding(Check.DATABASE, is_ok=False, details=(str(error).strip(),))
        return
    yield Finding(Check.DATABASE, is_ok=True)
    yield Finding(Check.MIGRATIONS, has_tables)
    if not has_tables:
        return
    store = opened(settings.database_url, machine_clock)
    try:
        reports = await store.read(check_stores, None)
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
    for report in reports:
        which = (report.team_id,) if len(reports) > 1 else ()
        for status in report.schedules:
            is_ok = status.last is None or status.last.error is None
            yield Finding(Check.SCHEDULES, is_ok, which, schedule=status)


async def _examine_slack(settings: Settings, wanted_scopes: list[str]) -> AsyncIterator[Finding]:
    timeout = aiohttp.ClientTimeout(total=CALL_WITHIN_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:

        def client(token: str) -> AsyncWebClient:
            return AsyncWebClient(
                token=token, base_url=settings.slack_api_url, session=session, retry_handlers=[]
            )

        bot = client(settings.slack_bot_token.get_secret_value())
        answer, reason = await _asked(bot, "auth.test")
        yield Finding(Check.BOT_TOKEN, not reason, (reason or answer.get("team", ""),))
        if not reason:
            response = await bot.auth_test()
            granted = set(response.headers.get("x-oauth-scopes", "").split(","))
            missing = tuple(scope for scope in wanted_scopes if scope not in granted)
            yield Finding(Check.SCOPES, not missing, missing)
        app_token = settings.slack_app_token.get_secret_value()
        if app_token:
            _, reason = await _asked(client(app_token), "apps.connections.open")
            yield Finding(Check.APP_TOKEN, not reason, (reason,))


async def _asked(client: AsyncWebClient, method: str) -> tuple[dict[str, Any], str]:
    """Return Slack's answer, and why there is none."""
    try:
        return await called(client, method, {}), ""
    except (RefusedError, NotReachedError, InDoubtError, RateLimitedError) as error:
        return {}, str(error)
