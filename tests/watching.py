"""What tests look at, beside what people see: the store, and whom a message would ping."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from bot.domain.outbox import OutboxKind
from bot.sandbox.model import Delivery
from bot.services.settings.workspaces import view_workspace
from storage import kudos as kudos_table
from storage import ledger, outbox, standings
from storage.tables.schema import kudos as kudos_rows
from storage.tables.schema import ledger_entries
from storage.tables.schema import outbox as outbox_table
from storage.workspaces import save_settings
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from datetime import datetime

    from bot.domain.kudos import Kudos
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message, View
    from bot.sandbox.people import Person
    from storage.engine.store import Connection, Store

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the kind of database: once is enough."""
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
_PING = re.compile(r"<(@[A-Z0-9]+|!(?:channel|here|everyone|subteam\^[A-Z0-9]+))")
_LINK = re.compile(r"<(https?://[^|>]+)")
_PINGING_ELEMENTS = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range"}


async def until(is_so: Callable[[], Awaitable[bool]], within: float = WAIT_SECONDS) -> None:
    """Wait for something that only the database can tell. Raises TimeoutError.

    The time is for a machine under load: whoever waits goes on as soon as it is so.
    """
    async with asyncio.timeout(within):
        while not await is_so():  # noqa: ASYNC110 - a database tells nobody of its changes
            await asyncio.sleep(0.01)


OWNER_ID = "U0FATIMA06"


async def settled(store: Store) -> None:
    """Wait until nothing is left in the outbox that is due or on its way."""

    async def is_empty() -> bool:
        return await store.read(_next_due, None) is None

    await until(is_empty)


async def held(store: Store, team_id: str, count: int) -> None:
    """Wait until so many messages wait for another try, after one that failed."""

    async def are_waiting() -> bool:
        return await store.read(_held, team_id) == count

    await until(are_waiting)


async def tried(store: Store, team_id: str, count: int) -> None:
    """Wait until so many messages have been tried in vain, whether or not Slack may have them."""

    async def have_failed() -> bool:
        return await store.read(_tried, team_id) == count

    await until(have_failed)


async def choose(store: Store, team_id: str, **settings: Any) -> None:
    """Change the workspace's settings as an admin would."""
    workspace = await store.read(view_workspace, team_id)
    await store.write(_save_settings, (team_id, replace(workspace.settings, **settings)))


async def all_kudos(store: Store, team_id: str) -> list[Kudos]:
    """Return every kudos of a workspace, taken back or not, first given first."""
    return await store.read(_all_kudos, team_id)


async def live_kudos(store: Store, team_id: str) -> list[Kudos]:
    """Return every kudos of a workspace that stands."""
    return [kudos for kudos in await all_kudos(store, team_id) if kudos.reversed_at is None]


async def entries(store: Store, team_id: str) -> list[tuple[str, str, int]]:
    """Return account, person and points of every ledger entry, in no particular order."""
    return await store.read(_entries, team_id)


async def balances(store: Store, team_id: str) -> dict[str, int]:
    """Return what everybody has received."""
    return await store.read(_balances, team_id)


async def spent(store: Store, team_id: str, user_id: str) -> dict[datetime, int]:
    """Return what a person has spent of each allowance, by its beginning."""
    all_spent = await store.read(_spent, team_id)
    return {
        starts_at: points
        for (of_user, starts_at), points in all_spent.items()
        if of_user == user_id
    }


async def failed(store: Store, team_id: str) -> list[tuple[str, str]]:
    """Return kind and reason of every message that Slack would not take, kind by kind."""
    rows = await store.read(_failed, team_id)
    return sorted((kind, error) for kind, _, error, _ in rows)


async def outbox_states(store: Store, team_id: str) -> dict[str, int]:
    """Return how many messages are in each state; the one to who installed the app is left out."""
    return await store.read(_outbox_states, team_id)


async def kinds_in_outbox(store: Store, team_id: str) -> list[OutboxKind]:
    """Return what every message that was ever wished for is about."""
    return await store.read(_kinds, team_id)


async def assert_books_agree(store: Store, team_id: str) -> None:
    """Hold every running total against the ledger and the kudos themselves."""
    await store.read(_compare, team_id)


async def sends_command(slack: Sandbox, who: Person, text: str, **more: str) -> dict[str, Any]:
    """Deliver a command with exactly this text, as no composer would write it.

    Returns the acknowledgement.
    """
    await who.types("/kudos help")
    template = slack.deliveries[-1].payload
    payload = template | {"text": text, "trigger_id": uuid4().hex} | more
    delivery = Delivery(uuid4().hex, "slash_commands", payload)
    await slack.deliver_again(delivery)
    assert delivery.acked
    return delivery.response or {}


async def opened(person: Person) -> View:
    """Return the modal that is open, once it is more than a sign that it comes."""
    return await person.sees_view_soon(lambda view: "One moment" not in view.all_text)


def app_posts(slack: Sandbox, channel: str) -> list[Message]:
    """Return what the app posted in a channel for everybody, threads left out."""
    return [
        message
        for message in slack.channel(channel).messages
        if message.user_id == slack.bot_user_id and not message.is_reply
    ]


def calls_of(slack: Sandbox, *methods: str) -> list[dict[str, Any]]:
    """Return the arguments of every call of these methods that Slack accepted.

    The app's first message of all, to the owner of the workspace, is left out.
    """
    calls = [call for call in slack.calls if call.method in methods and call.error is None]
    return [call.arguments for call in calls if call.arguments.get("channel") != OWNER_ID]


def pings(message: Message) -> set[str]:
    """Return whom a message would notify: ids of people and groups, names of broadcasts."""
    found = {name.lstrip("@!") for name in _PING.findall(message.text)}
    for part in _parts(message.blocks):
        key = _PINGING_ELEMENTS.get(str(part.get("type")))
        if key is not None:
            found.add(part[key])
        if part.get("type") == "mrkdwn":
            found |= {name.lstrip("@!") for name in _PING.findall(part["text"])}
    return found


def links(message: Message) -> set[str]:
    """Return every address that a message makes a link of."""
    found = set(_LINK.findall(message.text))
    for part in _parts(message.blocks):
        if part.get("type") == "link":
            found.add(part["url"])
        if part.get("type") == "mrkdwn":
            found |= set(_LINK.findall(part["text"]))
    return found


def _parts(blocks: object) -> Iterator[dict[str, Any]]:
    if isinstance(blocks, list):
        for block in blocks:
            yield from _parts(block)
    elif isinstance(blocks, dict):
        yield blocks
        for value in blocks.values():
            yield from _parts(value)


def _next_due(connection: Connection, _request: None, _now: datetime) -> datetime | None:
    return outbox.find_next_due(connection)


def _save_settings(connection: Connection, request: tuple[str, Any], _now: datetime) -> None:
    save_settings(connection, *request)


def _all_kudos(connection: Connection, team_id: str, _now: datetime) -> list[Kudos]:
    in_order = (
        select(kudos_rows.c.kudos_id)
        .where(kudos_rows.c.team_id == team_id)
        .order_by(kudos_rows.c.created_at, kudos_rows.c.kudos_id)
    )
    found = (
        kudos_table.find_kudos(connection, team_id, kudos_id)
        for kudos_id in connection.execute(in_order).scalars().all()
    )
    return [kudos for kudos in found if kudos is not None]


def _entries(connection: Connection, team_id: str, _now: datetime) -> list[tuple[str, str, int]]:
    of_team = ledger_entries.select().where(ledger_entries.c.team_id == team_id)
    return [(row.account, row.user_id, row.points) for row in connection.execute(of_team)]


def _balances(connection: Connection, team_id: str, _now: datetime) -> dict[str, int]:
    return ledger.stored_balances(connection, team_id)


def _spent(connection: Connection, team_id: str, _now: datetime) -> dict[tuple[str, datetime], int]:
    return ledger.stored_spent(connection, team_id)


def _failed(
    connection: Connection, team_id: str, _now: datetime
) -> list[tuple[str, str, str, datetime]]:
    return outbox.find_failed(connection, team_id, 1_000)


def _outbox_states(connection: Connection, team_id: str, _now: datetime) -> dict[str, int]:
    counts = outbox.count_by_state(connection, team_id)
    welcome = outbox_table.select().where(
        outbox_table.c.team_id == team_id, outbox_table.c.kind == OutboxKind.ADMIN_WELCOME
    )
    for row in connection.execute(welcome):
        counts[row.state] -= 1
    return {state: count for state, count in counts.items() if count}


def _held(connection: Connection, team_id: str, _now: datetime) -> int:
    rows = outbox_table.c
    waiting = select(func.count()).where(rows.team_id == team_id, rows.state == outbox.WAITING)
    return connection.execute(waiting.where(rows.last_error.is_not(None))).scalar_one()


def _tried(connection: Connection, team_id: str, _now: datetime) -> int:
    rows = outbox_table.c
    in_vain = select(func.count()).where(rows.team_id == team_id, rows.last_error.is_not(None))
    return connection.execute(in_vain).scalar_one()


def _kinds(connection: Connection, team_id: str, _now: datetime) -> list[OutboxKind]:
    of_team = outbox_table.select().where(outbox_table.c.team_id == team_id)
    kinds = [OutboxKind(row.kind) for row in connection.execute(of_team)]
    return sorted(kind for kind in kinds if kind is not OutboxKind.ADMIN_WELCOME)


def _compare(connection: Connection, team_id: str, _now: datetime) -> None:
    assert standings.stored(connection, team_id) == standings.recount(connection, team_id)
    assert _without_zeros(ledger.stored_balances(connection, team_id)) == _without_zeros(
        ledger.recount_balances(connection, team_id)
    )
    assert _without_zeros(ledger.stored_spent(connection, team_id)) == _without_zeros(
        ledger.recount_spent(connection, team_id)
    )


def _without_zeros(totals: dict[Any, int]) -> dict[Any, int]:
    return {key: total for key, total in totals.items() if total}
