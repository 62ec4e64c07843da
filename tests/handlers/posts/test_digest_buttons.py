"""The buttons below somebody's week: thank the colleague, no more of this, and start again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.personal_data import ErasePerson
from bot.messages.blockkit import ids
from bot.sandbox.model import Delivery
from bot.services.people.erasure import erase
from storage.engine.store import StoreUnavailableError
from storage.members import find_members
from tests.handlers.people.test_preferences import USUAL, prefers
from tests.watching import live_kudos, on_sqlite, settled
from tests.workers.test_digest import FOR, IN_LONDON, WEEK, comes, weeks

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.domain.members import Member
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock


def _member(connection: Connection, request: tuple[str, str], _now: datetime) -> Member:
    return find_members(connection, request[0], [request[1]])[request[1]]


async def nudged(store: Store, slack: Sandbox, who: Person) -> bool:
    """Return whether somebody wants their week."""
    member = await store.read(_member, (slack.team_id, who.id))
    return member.preferences.weekly_nudge


@pytest.fixture
async def week(slack: Sandbox, app: KudosApp, store: Store, clock: Clock) -> Message:
    """Ada's week, in which Bo thanked her."""
    await slack.person("bo").types(f"/kudos @ada {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    [message] = weeks(slack.person("ada"))
    return message


async def test_one_click_ends_it_and_another_one_begins_it_again(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, week: Message
) -> None:
    ada = slack.person("ada")
    assert (await ada.presses(ids.DIGEST_STOP, on=week)).ok
    told = await ada.sees_soon(lambda one: one.text.startswith("Done."), "app")
    assert told.ts == week.ts  # in the place of the digest
    assert "in my Home tab under Preferences" in told.text
    assert not await nudged(store, slack, ada)
    await slack.person("bo").types(f"/kudos @ada {FOR}, again")
    await comes(app, store, clock, IN_LONDON + WEEK)
    assert weeks(ada) == []
    assert (await ada.presses(ids.DIGEST_START, on=told)).ok
    told = await ada.sees_soon(lambda one: one.text.startswith("Welcome back."), "app")
    assert told.ts == week.ts
    assert "Your week comes here" in told.text
    await comes(app, store, clock, IN_LONDON + 2 * WEEK)
    assert len(weeks(ada)) == 1


async def test_other_choices_stay_as_they_are(
    slack: Sandbox, app: KudosApp, store: Store, week: Message
) -> None:
    ada = slack.person("ada")
    await prefers(ada, "direct_messages", "weekly_nudge", "thanked_in_private", language="en")
    await ada.presses(ids.DIGEST_STOP, on=week)
    chosen = (await store.read(_member, (slack.team_id, ada.id))).preferences
    assert (chosen.on_boards, chosen.thanked_in_private, chosen.locale) == (False, True, "en")
    assert (chosen.direct_messages, chosen.weekly_nudge) == (True, False)


@on_sqlite
async def test_starting_again_without_direct_messages_says_what_is_missing(
    slack: Sandbox, app: KudosApp, week: Message
) -> None:
    ada = slack.person("ada")
    await ada.presses(ids.DIGEST_STOP, on=week)
    told = await ada.sees_soon(lambda one: one.text.startswith("Done."), "app")
    await prefers(ada, "on_boards")
    await ada.presses(ids.DIGEST_START, on=told)
    await ada.sees_soon(lambda one: "need to be allowed to write to you" in one.text, "app")


@on_sqlite
async def test_pressed_twice_it_is_stopped_once(
    slack: Sandbox, app: KudosApp, store: Store, week: Message
) -> None:
    ada = slack.person("ada")
    await ada.presses(ids.DIGEST_STOP, on=week)
    await ada.sees_soon(lambda one: one.text.startswith("Done."), "app")
    before = len(ada.direct_messages)
    await slack.deliver_again(slack.deliveries[-1])
    await slack.pending()
    assert not await nudged(store, slack, ada)
    assert len(ada.direct_messages) == before


@on_sqlite
@pytest.mark.parametrize("is_erased", [True, False])
async def test_who_has_left_or_is_erased_can_still_stop_it_and_gets_no_name_back(
    slack: Sandbox, app: KudosApp, store: Store, week: Message, *, is_erased: bool
) -> None:
    ada = slack.person("ada")
    if is_erased:
        await store.write(erase, ErasePerson(slack.team_id, ada.id))
    else:
        slack.update_user("ada", deleted=True)
        await slack.pending()
    await ada.presses(ids.DIGEST_STOP, on=week)
    assert slack.deliveries[-1].acked
    member = await store.read(_member, (slack.team_id, ada.id))
    assert not member.preferences.weekly_nudge
    assert member.is_erased is is_erased


@on_sqlite
async def test_what_cannot_be_stored_leaves_the_button_where_it_is(
    slack: Sandbox, app: KudosApp, store: Store, week: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = slack.person("ada")

    async def unavailable(*_: Any) -> None:
        raise StoreUnavailableError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(app._store, "write", unavailable)  # noqa: SLF001
        await ada.presses(ids.DIGEST_STOP, on=week)
        await ada.sees_soon(lambda one: one.text.startswith("That was not saved"), "app")
    assert weeks(ada) == [week]
    await ada.presses(ids.DIGEST_STOP, on=week)
    await ada.sees_soon(lambda one: one.text.startswith("Done."), "app")
    assert not await nudged(store, slack, ada)


async def test_the_form_opens_with_the_colleague_in_it(
    slack: Sandbox, app: KudosApp, store: Store, week: Message
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.presses(ids.DIGEST_GIVE, on=week)
    view = await ada.sees_view_soon(lambda view: view.raw["callback_id"] == ids.GIVE_SUBMIT)
    shown = view.raw["state"]["values"][ids.GIVE_PEOPLE][ids.GIVE_PEOPLE]
    assert shown["selected_users"] == [bo.id]
    values = {ids.GIVE_REASON: "for untangling the release", ids.GIVE_PLACE: "general"}
    assert (await ada.submits(values)).ok
    assert [kudos.receiver_ids for kudos in await live_kudos(store, slack.team_id)] == [
        (ada.id,),
        (bo.id,),
    ]
    assert weeks(ada) == [week]


@on_sqlite
@pytest.mark.parametrize("value", ["anybody", "", "<!channel>", "u1"])
async def test_without_a_colleague_the_form_is_empty(
    slack: Sandbox, app: KudosApp, week: Message, value: str
) -> None:
    ada = slack.person("ada")
    await ada.presses(ids.DIGEST_STOP, on=week)
    payload = dict(slack.deliveries[-1].payload)
    pressed = payload["actions"][0] | {"action_id": ids.DIGEST_GIVE, "value": value}
    delivery = Delivery("press", "interactive", payload | {"actions": [pressed]})
    await slack.deliver_again(delivery)
    assert delivery.acked
    view = await ada.sees_view_soon(lambda view: view.raw["callback_id"] == ids.GIVE_SUBMIT)
    assert not view.raw["state"]["values"][ids.GIVE_PEOPLE][ids.GIVE_PEOPLE].get("selected_users")


@on_sqlite
async def test_a_form_that_slack_does_not_open_is_told_and_the_week_stays(
    slack: Sandbox, app: KudosApp, week: Message
) -> None:
    ada = slack.person("ada")
    before = len(ada.direct_messages)
    slack.faults.next("views.open", "error", error="expired_trigger_id")
    await ada.presses(ids.DIGEST_GIVE, on=week)
    await ada.sees_soon(lambda one: one.is_ephemeral and one.text, "app")
    assert len(ada.direct_messages) == before + 1
    assert weeks(ada) == [week]


@on_sqlite
async def test_the_choice_in_the_home_tab_is_the_same_one(
    slack: Sandbox, app: KudosApp, store: Store, week: Message
) -> None:
    ada = slack.person("ada")
    await ada.presses(ids.DIGEST_STOP, on=week)
    await prefers(ada, *USUAL)
    assert await nudged(store, slack, ada)
