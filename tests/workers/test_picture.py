"""The picture of the month: in the post once Slack has it, and never a reason not to post."""

from __future__ import annotations

import copy
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.domain.admin import ChangeSettings
from bot.domain.outbox import LEASE
from bot.domain.personal_data import ErasePerson
from bot.sandbox import Sandbox
from bot.services.people.erasure import erase
from bot.services.settings.admin import change_settings
from bot.slack import pictures
from bot.workers import delivery
from tests.conftest import MANIFEST, running
from tests.patience import WAIT_SECONDS
from tests.watching import app_posts, calls_of, held, on_sqlite, settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from bot.sandbox.model import Message
    from storage.engine.store import Store
    from tests.conftest import Clock

DECEMBER = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)  # a Tuesday, past ten in all of Europe
PNG = b"\x89PNG\r\n\x1a\n"
UPLOAD = "files.getUploadURLExternal"


async def something_was_given(slack: Sandbox, store: Store) -> None:
    """A workspace that posts its highlights to #thanks, and in which there was something."""
    settings: dict[str, Any] = {
        "monthly_channel_id": ["C0THANKS04"],
        "weekly_on": "no",
        "digest_on": "no",
    }
    owner = slack.person("fatima").id
    await store.write(change_settings, ChangeSettings(slack.team_id, owner, settings))
    ada = slack.person("ada")
    await ada.types("/kudos @bo for untangling the release #teamwork", in_channel="general")
    await settled(store)


@pytest.fixture
async def november(slack: Sandbox, app: KudosApp, store: Store) -> None:
    await something_was_given(slack, store)


async def highlights(slack: Sandbox, app: KudosApp, store: Store, clock: Clock) -> list[Message]:
    """Let December begin; return what stands in the channel then."""
    clock.now = DECEMBER
    await app.look()
    await settled(store)
    return app_posts(slack, "thanks")


def pictures_in(post: Message) -> list[dict[str, Any]]:
    return [block for block in post.blocks if block["type"] == "image"]


def uploads(slack: Sandbox) -> int:
    return len(calls_of(slack, UPLOAD))


async def test_the_post_shows_the_picture_once_slack_has_looked_at_it(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, november: None
) -> None:
    [post] = await highlights(slack, app, store, clock)
    [picture] = pictures_in(post)
    assert "November 2026" in picture["alt_text"]
    assert "Bo (1)" in picture["alt_text"]
    assert "#teamwork (1)" in picture["alt_text"]
    looks = [call for call in slack.calls if call.method == "files.info"]
    assert len(looks) > 1
    url = f"{slack.url}/files/{picture['slack_file']['id']}/image"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.content_type == "image/png"
        assert (await response.read()).startswith(PNG)
    assert uploads(slack) == 1


ALWAYS = 10  # as often as anybody tries


@on_sqlite
@pytest.mark.parametrize("scope", ["files:write", "files:read"])
async def test_without_the_permission_the_post_says_it_in_words(
    database_url: str, store: Store, clock: Clock, scope: str
) -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"].remove(scope)
    async with (
        Sandbox(manifest, ack_seconds=WAIT_SECONDS) as slack,
        running(slack, database_url, clock) as app,
    ):
        await something_was_given(slack, store)
        [post] = await highlights(slack, app, store, clock)
        assert pictures_in(post) == []
        assert "November 2026" in post.all_text


@on_sqlite
@pytest.mark.parametrize("kind", ["error", "ratelimited", "http_500"])
@pytest.mark.parametrize("method", [UPLOAD, "upload", "files.completeUploadExternal", "files.info"])
async def test_whatever_fails_on_the_way_the_post_goes_out(
    slack: Sandbox,
    app: KudosApp,
    store: Store,
    clock: Clock,
    november: None,
    method: str,
    kind: str,
) -> None:
    slack.faults.next(method, kind, times=ALWAYS, retry_after=0)
    [post] = await highlights(slack, app, store, clock)
    assert pictures_in(post) == []
    assert "November 2026" in post.all_text


@on_sqlite
@pytest.mark.parametrize("kind", ["ratelimited", "http_500", "drop_before", "drop_after"])
async def test_bytes_that_slack_cannot_take_at_the_moment_are_sent_again(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, november: None, kind: str
) -> None:
    slack.faults.next("upload", kind)
    [post] = await highlights(slack, app, store, clock)
    assert len(pictures_in(post)) == 1


@on_sqlite
async def test_a_picture_that_slack_never_looks_at_holds_the_post_up_for_seconds_only(
    slack: Sandbox,
    app: KudosApp,
    store: Store,
    clock: Clock,
    november: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sum(pictures.LOOK_AGAIN_SECONDS) <= 10
    assert LEASE.total_seconds() > 3 * pictures.WITHIN_SECONDS
    monkeypatch.setattr(pictures, "LOOK_AGAIN_SECONDS", (0.01, 0.02))
    slack.file_seconds = float("inf")
    [post] = await highlights(slack, app, store, clock)
    assert pictures_in(post) == []


@on_sqlite
async def test_a_slack_that_hangs_holds_the_post_up_for_seconds_only(
    slack: Sandbox,
    app: KudosApp,
    store: Store,
    clock: Clock,
    november: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "WITHIN_SECONDS", 0.5)
    slack.faults.next("upload", "hang_before")
    [post] = await highlights(slack, app, store, clock)
    assert pictures_in(post) == []


@on_sqlite
async def test_a_picture_that_cannot_be_drawn_is_left_out(
    slack: Sandbox,
    app: KudosApp,
    store: Store,
    clock: Clock,
    november: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "FONT_FILES", ())
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    [post] = await highlights(slack, app, store, clock)
    assert pictures_in(post) == []


@on_sqlite
async def test_a_picture_that_slack_refuses_in_the_post_is_left_out(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, november: None
) -> None:
    slack.faults.next("chat.postMessage", "error", error="invalid_blocks", channel="thanks")
    [post] = await highlights(slack, app, store, clock)
    assert pictures_in(post) == []
    assert "November 2026" in post.all_text


@on_sqlite
async def test_a_post_that_is_sent_again_shows_the_same_picture(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, november: None
) -> None:
    slack.faults.next(
        "chat.postMessage", "error", times=1, error="service_unavailable", channel="thanks"
    )
    clock.now = DECEMBER
    await app.look()
    await held(store, slack.team_id, 1)
    clock.advance(minutes=2)
    [post] = await highlights_again(slack, app, store)
    assert len(pictures_in(post)) == 1
    assert uploads(slack) == 1


async def highlights_again(slack: Sandbox, app: KudosApp, store: Store) -> list[Message]:
    await app.look()
    await settled(store)
    return app_posts(slack, "thanks")


async def test_a_crash_between_picture_and_post_draws_nothing_twice(
    slack: Sandbox,
    database_url: str,
    store: Store,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "STOP_WITHIN_SECONDS", 0.1)
    async with ended_while_posting(slack, database_url, store, clock):
        pass
    assert app_posts(slack, "thanks") == []
    clock.now = DECEMBER + 2 * LEASE
    async with running(slack, database_url, clock) as app:
        [post] = await highlights_again(slack, app, store)
    assert len(pictures_in(post)) == 1
    assert uploads(slack) == 1


@asynccontextmanager
async def ended_while_posting(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> AsyncIterator[None]:
    async with running(slack, database_url, clock) as app:
        await something_was_given(slack, store)
        slack.faults.next("chat.postMessage", "hang_before", channel="thanks")
        clock.now = DECEMBER
        await app.look()
        await slack.faults.reached("chat.postMessage")
        yield
    slack.faults.clear()


@on_sqlite
async def test_a_post_that_is_brought_up_to_date_has_a_new_picture(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, november: None
) -> None:
    chidi, dina = slack.person("chidi"), slack.person("dina")
    await chidi.types("/kudos @dina for the review #craft", in_channel="general")
    await settled(store)
    [post] = await highlights(slack, app, store, clock)
    [before] = pictures_in(post)
    assert "Dina (1)" in before["alt_text"]
    await store.write(erase, ErasePerson(slack.team_id, dina.id))
    await settled(store)
    [after] = pictures_in(post)
    assert "Dina" not in after["alt_text"]
    assert after["slack_file"] != before["slack_file"]
