"""HTTP mode: the same app behind signed requests; whatever Slack did not sign leaves no trace."""

from __future__ import annotations

import hashlib
import hmac
import json
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.clock import machine_clock
from bot.messages.blockkit.ids import KUDOS_UNDO
from tests.conftest import Clock, running
from tests.rows import each_row
from tests.watching import (
    all_kudos,
    app_posts,
    balances,
    live_kudos,
    on_sqlite,
    outbox_states,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

FORM = "application/x-www-form-urlencoded"
MEGABYTE = 1024 * 1024


@pytest.fixture
def clock() -> Clock:
    """The machine's time: the sandbox signs with it."""
    return Clock(machine_clock())


@pytest.fixture
async def app(slack: Sandbox, database_url: str, clock: Clock) -> AsyncIterator[KudosApp]:
    """The app without an app-level token, so that it listens on a port."""
    async with running(
        slack, database_url, clock, slack_app_token="", kudos_host="127.0.0.1", kudos_port=0
    ) as kudos_app:
        slack.event_url = f"http://127.0.0.1:{kudos_app.port}/slack/events"
        yield kudos_app


async def test_commands_buttons_and_reactions_work_as_over_socket_mode(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, hana = (slack.person(name) for name in ("ada", "bo", "hana"))
    assert slack.sockets == 0
    reply = await ada.types("/kudos @bo +3 for untangling the release")
    assert reply.is_ephemeral
    assert reply.text.startswith("You thanked Bo with 3 points.")
    message = await bo.types("The release is out")
    await hana.reacts("trophy", to=message)
    await slack.pending()
    assert await balances(store, slack.team_id) == {bo.id: 4}
    await ada.presses(KUDOS_UNDO, on=reply.message)
    await ada.sees_soon(lambda one: one.text.startswith("You took back your thanks to Bo."))
    await hana.unreacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    assert await balances(store, slack.team_id) == {bo.id: 0}
    assert [one.text for one in app_posts(slack, "general")] in (
        [],  # taken back before it was posted
        ["The thanks from Ada to Bo were taken back."],
    )


async def test_a_delivery_that_came_before_counts_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await slack.person("ada").types("/kudos @bo +3 for untangling the release")
    delivery = slack.deliveries[-1]
    answer = delivery.response
    await slack.deliver_again(delivery, times=2)
    assert delivery.response == answer
    assert len(await all_kudos(store, slack.team_id)) == 1


class Caller:
    """Somebody who sends requests to the app by hand."""

    def __init__(self, slack: Sandbox, app: KudosApp, clock: Clock) -> None:
        self.slack, self.clock = slack, clock
        self.address = f"http://127.0.0.1:{app.port}"

    async def posts(
        self,
        body: bytes,
        *,
        kind: str = FORM,
        age_seconds: float = 0,
        without: str | None = None,
        **headers: str,
    ) -> tuple[int, str]:
        """Send a request that is signed as Slack's are, except for what is told otherwise."""
        timestamp = str(int(self.clock().timestamp() - age_seconds))
        signed = hmac.new(
            self.slack.signing_secret.encode(),
            b"v0:" + timestamp.encode() + b":" + body,
            hashlib.sha256,
        )
        sent = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": "v0=" + signed.hexdigest(),
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if name != without}
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{self.address}/slack/events", data=BytesIO(body), headers=sent
            ) as answer,
        ):
            return answer.status, await answer.text()


@pytest.fixture
def caller(slack: Sandbox, app: KudosApp, clock: Clock) -> Caller:
    return Caller(slack, app, clock)


@pytest.fixture
def command(slack: Sandbox) -> bytes:
    """A command that would give kudos."""
    ada, bo = slack.person("ada"), slack.person("bo")
    return urlencode(
        {
            "team_id": slack.team_id,
            "channel_id": "C0GENERAL1",
            "channel_name": "general",
            "user_id": ada.id,
            "command": "/kudos",
            "text": f"<@{bo.id}> for untangling the release",
            "response_url": f"{slack.url}/response/none",
            "trigger_id": "1.2.3",
        }
    ).encode()


async def nothing_is_stored(store: Store, slack: Sandbox) -> bool:
    return (await all_kudos(store, slack.team_id), await outbox_states(store, slack.team_id)) == (
        [],
        {},
    )


@on_sqlite
async def test_what_slack_signed_is_done(
    slack: Sandbox, store: Store, caller: Caller, command: bytes
) -> None:
    status, text = await caller.posts(command)
    assert status == 200
    assert json.loads(text)["text"].startswith("You thanked Bo")
    assert len(await live_kudos(store, slack.team_id)) == 1


@on_sqlite
async def test_what_slack_did_not_sign_is_refused_without_a_trace(
    slack: Sandbox, store: Store, caller: Caller, command: bytes
) -> None:
    other = hmac.new(b"not the secret", command, hashlib.sha256).hexdigest()
    attempts = [
        await caller.posts(command, without="X-Slack-Signature"),
        await caller.posts(command, without="X-Slack-Request-Timestamp"),
        await caller.posts(command, X_Slack_Signature=f"v0={other}"),
        await caller.posts(command, X_Slack_Signature="v0="),
        await caller.posts(command, X_Slack_Signature=""),
        await caller.posts(command, X_Slack_Signature="v0=ÿþ"),
        await caller.posts(command, age_seconds=301),
        await caller.posts(command, age_seconds=-301),
        await caller.posts(command, X_Slack_Request_Timestamp="x"),
        await caller.posts(command, X_Slack_Request_Timestamp="-1"),
        await caller.posts(command, X_Slack_Request_Timestamp="9" * 400),
        await caller.posts(command, X_Slack_Request_Timestamp="1e9"),
    ]
    assert attempts == [(401, "")] * len(attempts)
    assert await nothing_is_stored(store, slack)


@on_sqlite
async def test_a_signature_holds_for_these_bytes_alone(
    slack: Sandbox, store: Store, caller: Caller, command: bytes
) -> None:
    timestamp = str(int(caller.clock().timestamp()))
    signed = hmac.new(
        slack.signing_secret.encode(),
        b"v0:" + timestamp.encode() + b":" + command,
        hashlib.sha256,
    ).hexdigest()
    status, _ = await caller.posts(
        command.replace(b"release", b"coffees"),
        X_Slack_Signature=f"v0={signed}",
        X_Slack_Request_Timestamp=timestamp,
    )
    assert status == 401
    assert await nothing_is_stored(store, slack)


@on_sqlite
async def test_a_body_larger_than_anything_slack_sends_is_refused(
    slack: Sandbox, store: Store, caller: Caller, command: bytes
) -> None:
    assert (await caller.posts(command + b"&x=" + b"x" * MEGABYTE))[0] == 413
    assert await nothing_is_stored(store, slack)
    assert (await caller.posts(command + b"&x=" + b"x" * (MEGABYTE // 2)))[0] == 200


@on_sqlite
@each_row(
    ("kind", "body"),
    [
        (FORM, b""),
        (FORM, b"\xff\xfe"),
        (FORM, b"payload=not%20json"),
        (FORM, b"payload=[]"),
        (FORM, b"payload=%7B%22type%22%3A%22block_actions%22%7D"),
        (FORM, b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%5D%7D"),
        (FORM, b"command=%2Fkudos"),
        (FORM, b"command=%2Fother&team_id=T1&user_id=U1"),
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"null"),
        ("application/json", b"{}"),
        ("application/json", b'{"type": "event_callback"}'),
        ("application/json", b'{"type": "event_callback", "event": "x"}'),
        ("application/json", b'{"type": "event_callback", "event": {"type": "reaction_added"}}'),
        ("application/json", b'{"type": "event_callback", "event": {"type": "team_join"}}'),
        ("application/json", b'{"a":' * 3_000 + b"1" + b"}" * 3_000),
        ("text/plain", b"hello"),
    ],
)
async def test_malformed_requests_get_a_status_and_no_more(
    slack: Sandbox, store: Store, caller: Caller, kind: str, body: bytes
) -> None:
    status, text = await caller.posts(body, kind=kind)
    assert 200 <= status <= 500
    assert "Traceback" not in text
    assert "Error" not in text
    assert len(text) < 200
    assert await nothing_is_stored(store, slack)
    # And the next one is served.
    assert (await slack.person("ada").types("/kudos help")).text.startswith("How to give kudos")


@on_sqlite
async def test_other_addresses_and_methods_tell_nothing(caller: Caller) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{caller.address}/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
        async with session.get(f"{caller.address}/slack/events") as answer:
            assert answer.status == 405
        async with session.get(f"{caller.address}/anything") as answer:
            assert answer.status == 404
            assert "Kudos" not in await answer.text()
