"""What installations need from time to time: new tokens, and an end to what is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.domain.installations import NotRefreshed, Refreshed
from bot.services.installations.deletion import (
    BeginDeletion,
    begin_deletion,
    delete_step,
    find_due_deletions,
)
from bot.services.installations.installations import (
    claim_refresh,
    note_not_refreshed,
    note_refreshed,
)
from bot.slack.token_vault import WrongKeyError
from bot.slack.web_api import SLACK_FAILED, RefusedError, exchanged
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.domain.installations import RefreshClaimed
    from bot.slack.token_vault import TokenVault
    from storage.engine.store import Clock, Store

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 20.0
STOP_WITHIN_SECONDS = 6.0
# After a deletion was put on record, every process has seen it: they look once a second.
SEEN_AFTER_SECONDS = 1.5
# What Slack says of itself or of us, and not of the refresh token.
MAY_PASS = frozenset({"ratelimited", "service_unavailable", "request_timeout", "accesslimited"})
OF_SETTINGS = frozenset({"invalid_client_id", "bad_client_secret"})


class TokenRefresh:
    """Looks every few seconds. Several processes may do so: each thing is claimed by one."""

    def __init__(
        self,
        store: Store,
        client: AsyncWebClient,
        vault: TokenVault,
        clock: Clock,
        *,
        credentials: dict[str, str],
        delete_after: timedelta | None,
        changed: Callable[[str], None],
    ) -> None:
        """Take the parts; `credentials` are the app's, and `changed` is told of new tokens."""
        self._store = store
        self._client = client
        self._vault = vault
        self._clock = clock
        self._credentials = credentials
        self._delete_after = delete_after
        self._changed = changed
        self._turn = asyncio.Lock()
        self._runner: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Begin to look, at once and then again and again."""
        self._runner = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Look no more. A token that Slack is about to give is waited for: it is given once."""
        self._stopping.set()
        if self._runner is not None:
            _, late = await asyncio.wait({self._runner}, timeout=STOP_WITHIN_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)

    async def look(self) -> None:
        """Do now what is due."""
        async with self._turn:
            try:
                await self.refresh_tokens()
                await self._delete_what_is_over()
            except StoreUnavailableError as error:
                log.warning("store_unavailable", reason=str(error))
            except Exception:
                # Whatever it was, the next look may do better.
                log.exception("token_refresh_failed")

    async def refresh_tokens(self) -> None:
        """Get new tokens for those that end soon. Raises `StoreUnavailableError`."""
        while claimed := await self._store.write(claim_refresh, None):
            for each in claimed:
                await self._refresh(each)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self.look()
            try:
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def _refresh(self, claimed: RefreshClaimed) -> None:
        """Get a new token for one that ends soon.

        If this process dies between Slack's answer and our commit, the next one asks with the same
        refresh token: Slack takes it once more for a short while.
        """
        team_id = claimed.team_id
        try:
            refresh_token = self._vault.decrypt(team_id, claimed.refresh_token)
            answer = await exchanged(
                self._client,
                grant_type="refresh_token",
                refresh_token=refresh_token,
                **self._credentials,
            )
            refreshed = Refreshed(
                claimed,
                bot_token=self._vault.encrypt(team_id, answer["access_token"]),
                refresh_token=self._vault.encrypt(team_id, answer["refresh_token"]),
                token_expires_at=self._clock() + timedelta(seconds=int(answer["expires_in"])),
            )
        except RefusedError as error:
            reason = str(error)
            is_final = reason not in MAY_PASS | OF_SETTINGS
            log.warning(
                "token_not_refreshed", team_id=team_id, reason=reason, will_retry=not is_final
            )
            fault = reason if is_final else None
            await self._store.write(note_not_refreshed, NotRefreshed(claimed, fault))
        except (*SLACK_FAILED, WrongKeyError, LookupError, ValueError) as error:
            reason = f"{type(error).__name__} {error}"
            log.warning("token_not_refreshed", team_id=team_id, reason=reason, will_retry=True)
            await self._store.write(note_not_refreshed, NotRefreshed(claimed))
        else:
            is_stored = await self._store.write(note_refreshed, refreshed)
            self._changed(team_id)
            log.info("token_refreshed", team_id=team_id, is_stored=is_stored)

    async def _delete_what_is_over(self) -> None:
        for team_id in await self._store.read(find_due_deletions, self._delete_after):
            if self._stopping.is_set():
                return
            # What was interrupted is on record, whenever Kudos left the workspace.
            await self._store.write(begin_deletion, BeginDeletion(team_id, self._delete_after))
            await delete_everything(self._store, team_id, self._stopping)


async def delete_everything(
    store: Store, team_id: str, stopping: asyncio.Event | None = None
) -> int:
    """Delete all rows of a workspace that `begin_deletion` was called for; return how many.

    When told to stop, it leaves the rest to the next start.
    """
    await asyncio.sleep(SEEN_AFTER_SECONDS)
    rows = 0
    while stopping is None or not stopping.is_set():
        count = await store.write(delete_step, team_id)
        rows += count
        if not count:
            if not await store.scrub():
                log.warning("log_not_emptied", team_id=team_id)
            log.warning("workspace_deleted", team_id=team_id, rows=rows)
            break
    return rows
