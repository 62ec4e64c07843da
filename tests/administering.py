"""What tests of the admins' part do again and again: open a form, forge one, look at the store."""

from __future__ import annotations

import asyncio
import copy
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import select

from bot.messages.blockkit import ids
from bot.sandbox.model import Delivery
from bot.services.settings.workspaces import view_workspace
from storage.tables.schema import activity, boosts, ledger_entries, overrides
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.settings.settings import Section
    from bot.domain.workspaces import WorkspaceSettings
    from bot.sandbox import Sandbox
    from bot.sandbox.model import View
    from bot.sandbox.people import Person
    from storage.engine.store import Connection, Store

Change = tuple[str, str, Any, Any]


async def settings_of(store: Store, slack: Sandbox) -> WorkspaceSettings:
    """Return the workspace's settings as they are stored."""
    return (await store.read(view_workspace, slack.team_id)).settings


async def changes(store: Store, slack: Sandbox) -> list[Change]:
    """Return who changed what, before and after, sorted by that."""
    return await store.read(_changes, slack.team_id)


async def everything(store: Store, slack: Sandbox) -> object:
    """Return all that admins can change, to be compared."""
    return await settings_of(store, slack), await store.read(_everything, slack.team_id)


def said(view: Any) -> str:
    """Return everything that a view says."""
    if isinstance(view, dict):
        own = [view["text"]] if isinstance(view.get("text"), str) else []
        if view.get("type") == "emoji":
            own.append(f":{view['name']}:")
        if view.get("type") == "user":
            own.append(f"@{view['user_id']}")
        return "".join([*own, *[said(part) for part in view.values()]])
    if isinstance(view, list):
        is_one_line = any(part.get("type") in {"text", "emoji", "user"} for part in view)
        return ("" if is_one_line else "\n").join(filter(None, map(said, view)))
    return ""


def parts(view: Any) -> list[dict[str, Any]]:
    """Return every dictionary in a view."""
    inner = view.values() if isinstance(view, dict) else view if isinstance(view, list) else ()
    own = [view] if isinstance(view, dict) else []
    return [*own, *[each for part in inner for each in parts(part)]]


async def home_says(person: Person, text: str, within: float = WAIT_SECONDS) -> None:
    """Wait until somebody's Home tab says something. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while text not in said(person.home):  # noqa: ASYNC110 - the sandbox's page is asked
            await asyncio.sleep(0.02)


async def home_hides(person: Person, text: str, within: float = WAIT_SECONDS) -> None:
    """Wait until somebody's Home tab does not say something any more. Raises TimeoutError."""
    await person.opens_home()
    async with asyncio.timeout(within):
        while text in said(person.home):  # noqa: ASYNC110 - the sandbox's page is asked
            await asyncio.sleep(0.02)


async def opens(person: Person, section: Section, within: float | None = None) -> View:
    """Open the form of a section from the Home tab; raises AssertionError if it never comes."""
    if person.open_view is not None:
        await person.closes()
    home = person.home or await person.opens_home(within=within)
    assert home is not None
    await person.presses(ids.ADMIN_OPEN, on=home, value=section)
    return await sees_form(person, ids.ADMIN_SAVE, within)


async def opens_from_home(person: Person, action_id: str, title: str) -> View:
    """Press a button of the Home tab that opens a modal."""
    if person.open_view is not None:
        await person.closes()
    home = person.home or await person.opens_home()
    assert home is not None
    await person.presses(action_id, on=home)
    return await sees_title(person, title)


async def sees_form(person: Person, callback_id: str, within: float | None = None) -> View:
    """Return a form once it is open."""
    return await person.sees_view_soon(
        lambda view: view.raw["callback_id"] == callback_id, within=within
    )


async def sees_title(person: Person, title: str) -> View:
    """Return a modal once it is open."""
    return await person.sees_view_soon(lambda view: view.raw["title"]["text"] == title)


async def sends(slack: Sandbox, payload: dict[str, Any]) -> dict[str, Any]:
    """Deliver a submission or an action that no client of Slack's would send; return the answer."""
    delivery = Delivery(uuid4().hex, "interactive", payload)
    await slack.deliver_again(delivery)
    assert delivery.acked
    return delivery.response or {}


def with_values(payload: dict[str, Any], prefix: str = "setting", **values: Any) -> dict[str, Any]:
    """Return a submission with other values: `allowance="x"` by the name of the field."""
    forged = copy.deepcopy(payload)
    state = forged["view"]["state"]["values"]
    for name, value in values.items():
        element = state[f"{prefix}:{name}"][f"{prefix}:{name}"]
        key = next(key for key in element if key != "type")
        element[key] = value
    return forged


def sent_by(payload: dict[str, Any], person: Person) -> dict[str, Any]:
    """Return the same, as if somebody else had sent it."""
    forged = copy.deepcopy(payload)
    forged["user"]["id"] = person.id
    return forged


async def submission(slack: Sandbox, person: Person, section: Section) -> dict[str, Any]:
    """Return what Slack sends for the form of a section when nothing in it was touched."""
    await opens(person, section)
    await person.submits()
    return slack.deliveries[-1].payload


def _changes(connection: Connection, team_id: str, _now: datetime) -> list[Change]:
    rows = connection.execute(select(activity).where(activity.c.team_id == team_id))
    return sorted(((row.actor_id, row.what, row.before, row.after) for row in rows), key=str)


def _everything(connection: Connection, team_id: str, _now: datetime) -> list[Any]:
    tables = (overrides, boosts, ledger_entries, activity)
    return [
        sorted(map(str, connection.execute(select(table).where(table.c.team_id == team_id))))
        for table in tables
    ]
