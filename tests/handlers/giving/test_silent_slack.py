"""Where Slack has to be asked and does not answer, people are told that, on every way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.messages.blockkit import ids
from bot.sandbox import Sandbox
from handlers.giving.workflow_step import with_step
from storage.tables.schema import members
from tests.asking import answer_to
from tests.conftest import MANIFEST, running
from tests.patience import SLACKS_SECONDS
from tests.watching import live_kudos, on_sqlite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from bot.app import KudosApp
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

pytestmark = on_sqlite
SILENT = "I had to ask Slack, and it did not answer, so nothing was saved."
FOR = "for untangling the release"
WAYS: Mapping[str, Mapping[str, Any]] = {
    "limited": {"kind": "ratelimited", "retry_after": 30},
    "broken": {"kind": "http_500"},
    "dropped": {"kind": "drop_before"},
    "refused": {"kind": "error", "error": "missing_scope"},
    "ambiguous": {"kind": "error", "error": "internal_error"},
}


@pytest.fixture
async def slack(patience: float) -> AsyncIterator[Sandbox]:
    """A workspace in which the app is installed with its step."""
    async with Sandbox(with_step(MANIFEST), ack_seconds=patience) as sandbox:
        yield sandbox


@pytest.fixture
async def app(slack: Sandbox, database_url: str, clock: Clock) -> AsyncIterator[KudosApp]:
    async with running(slack, database_url, clock) as kudos_app:
        yield kudos_app


async def unmet(store: Store, slack: Sandbox, handle: str) -> None:
    """Have the store not know somebody, as if they were of yesterday."""
    await store.write(_forget, (slack.team_id, slack.person(handle).id))


def _forget(connection: Connection, who: tuple[str, str], _now: datetime) -> None:
    team_id, user_id = who
    connection.execute(
        members.delete().where(members.c.team_id == team_id, members.c.user_id == user_id)
    )


@pytest.mark.parametrize("way", WAYS)
async def test_a_command_that_names_somebody_says_that_slack_did_not_answer(
    slack: Sandbox, app: KudosApp, store: Store, way: str
) -> None:
    await unmet(store, slack, "bo")
    ada = slack.person("ada")
    slack.faults.next("users.info", times=20, **WAYS[way])
    for whom in ("@bo", "@bo @chidi"):
        reply = await ada.types(f"/kudos {whom} {FOR}")
        assert (await answer_to(ada, reply)).startswith(SILENT)
    assert await live_kudos(store, slack.team_id) == []
    slack.faults.clear()
    assert (await ada.types(f"/kudos @bo {FOR}")).text.startswith("You thanked Bo")


async def test_whom_slack_knows_nothing_of_cannot_be_found(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await unmet(store, slack, "bo")
    for error in ("user_not_found", "user_not_visible"):
        slack.faults.next("users.info", "error", error=error)
        ada = slack.person("ada")
        reply = await ada.types(f"/kudos @bo {FOR}")
        assert (await answer_to(ada, reply)).startswith("I can't find ")


@pytest.mark.parametrize("way", WAYS)
async def test_a_command_that_names_a_group_says_that_slack_did_not_answer(
    slack: Sandbox, app: KudosApp, store: Store, way: str
) -> None:
    ada = slack.person("ada")
    slack.faults.next("usergroups.users.list", times=20, **WAYS[way])
    reply = await ada.types(f"/kudos @support {FOR}")
    assert (await answer_to(ada, reply)).startswith(SILENT)
    slack.faults.clear()
    slack.faults.next("usergroups.users.list", "error", error="no_such_subteam")
    reply = await ada.types(f"/kudos @support {FOR}")
    assert (await answer_to(ada, reply)).startswith("I can't see who is in that group.")
    assert await live_kudos(store, slack.team_id) == []


async def _fills_in(slack: Sandbox, who: str, **more: Any) -> str:
    """Send the form with thanks to Bo; return everything that it then says."""
    person = slack.person(who)
    await person.uses_shortcut(ids.KUDOS_GIVE)
    await person.sees_view_soon(lambda view: view.raw["callback_id"] == ids.GIVE_SUBMIT)
    await person.submits(
        {ids.GIVE_PEOPLE: ["bo"], ids.GIVE_REASON: "untangling the release"} | more
    )
    view = person.open_view
    return "" if view is None else "\n".join([view.all_text, *view.errors.values()])


async def test_the_form_says_that_slack_did_not_answer(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await unmet(store, slack, "bo")
    slack.faults.next("users.info", "http_500", times=20)
    assert SILENT in await _fills_in(slack, "ada", **{ids.GIVE_PLACE: "random"})
    assert await live_kudos(store, slack.team_id) == []


async def test_the_form_does_not_call_a_channel_private_of_which_slack_says_nothing(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.faults.next("conversations.info", "http_500", times=20)
    told = await _fills_in(slack, "ada", **{ids.GIVE_PLACE: "random"})
    assert SILENT in told
    assert "Choose a public channel" not in told
    assert await live_kudos(store, slack.team_id) == []


async def test_a_mention_is_answered_that_slack_did_not_answer(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await unmet(store, slack, "bo")
    slack.faults.next("users.info", "http_500", times=20)
    ada = slack.person("ada")
    await ada.types(f"@kudos @bo {FOR}")
    told = await ada.sees_soon(lambda one: one.is_ephemeral)
    assert told.text.startswith(SILENT)
    assert await live_kudos(store, slack.team_id) == []


async def test_a_reaction_is_left_to_be_sent_again(
    database_url: str, store: Store, clock: Clock
) -> None:
    async with (
        Sandbox(MANIFEST, ack_seconds=SLACKS_SECONDS) as slack,  # then Slack sends it again
        running(slack, database_url, clock),
    ):
        message = await slack.person("bo").types("The release is out")
        await unmet(store, slack, "bo")
        slack.faults.next("users.info", "http_500")
        await slack.person("hana").reacts("trophy", to=message)
        await slack.pending()
        [kudos] = await live_kudos(store, slack.team_id)
        assert kudos.receiver_ids == (slack.person("bo").id,)


async def test_a_step_of_a_workflow_ends_with_that_sentence(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await unmet(store, slack, "bo")
    slack.faults.next("users.info", "http_500", times=20)
    given = {"receiver": "bo", "reason": "untangling the release", "channel": "general"}
    run = await slack.runs_step("give_kudos", given, as_=slack.person("ada"))
    assert run.succeeded is False
    assert run.error.startswith(SILENT)
    assert await live_kudos(store, slack.team_id) == []
