"""Each person's own week: who gets it, when, and what it tells them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.domain.members import Member
from bot.domain.personal_data import ErasePerson
from bot.domain.schedules import ScheduleKind
from bot.messages.blockkit import ids
from bot.services.people.erasure import erase
from bot.services.people.members import SeePeople, see_people
from storage.tables.schema import activity, occurrences
from tests.handlers.people.test_preferences import USUAL, prefers
from tests.watching import choose, held, links, on_sqlite, outbox_states, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

FOR = "for untangling the release"
FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)
IN_TOKYO = FRIDAY.replace(hour=5)  # Hana's Friday, 14:00
IN_LAGOS = FRIDAY.replace(hour=13)  # Chidi's, Bo's in Stockholm and Dina's in Berlin
IN_LONDON = FRIDAY.replace(hour=14)  # Ada's
IN_NEW_YORK = FRIDAY.replace(hour=19)  # Fatima's
WEEK = timedelta(days=7)


def weeks(who: Person) -> list[Message]:
    """Return the digests that somebody got."""
    return [one for one in who.direct_messages if one.text.startswith("Your week in kudos")]


def on_button(message: Message, action_id: str) -> dict[str, Any]:
    """Return the button of a message with this id."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    found: dict[str, Any] = next(
        each for row in rows for each in row if each["action_id"] == action_id
    )
    return found


async def comes(app: KudosApp, store: Store, clock: Clock, moment: datetime) -> None:
    """Let time pass until a moment, and all of what is due then arrive."""
    clock.now = moment
    await app.look()
    await settled(store)


async def states(store: Store, team_id: str) -> dict[str, str]:
    """Return what became of the digests of each zone; of several weeks, the last one."""
    return await store.read(_states, team_id)


def _states(connection: Connection, team_id: str, _now: datetime) -> dict[str, str]:
    rows = connection.execute(
        select(occurrences.c.place, occurrences.c.state)
        .where(occurrences.c.team_id == team_id, occurrences.c.kind == ScheduleKind.DIGEST)
        .order_by(occurrences.c.slot_at)
    )
    return {row.place: row.state for row in rows}


def _missed(connection: Connection, team_id: str, _now: datetime) -> list[tuple[str, str | None]]:
    rows = connection.execute(
        select(activity.c.what, activity.c.subject_id).where(activity.c.team_id == team_id)
    )
    return [(row.what, row.subject_id) for row in rows if row.what == "post_missed"]


async def test_each_gets_their_week_in_their_own_zone_and_language(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, hana, fatima = (slack.person(name) for name in ("ada", "hana", "fatima"))
    slack.update_user("hana", locale="en-GB")
    await ada.types(f"/kudos @hana @fatima +3 {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_TOKYO - timedelta(seconds=1))
    assert weeks(hana) == []
    await comes(app, store, clock, IN_TOKYO)
    assert len(weeks(hana)) == 1
    assert "22 Nov 2026\n" in weeks(hana)[0].text
    assert weeks(ada) == []
    await comes(app, store, clock, IN_LONDON)
    assert "22, 2026\n" in weeks(ada)[0].text
    assert weeks(fatima) == []
    await comes(app, store, clock, IN_NEW_YORK)
    assert [len(weeks(one)) for one in (ada, hana, fatima)] == [1, 1, 1]
    # And so it is the week after; who has done nothing all the time never hears anything.
    await comes(app, store, clock, IN_TOKYO + WEEK)
    assert [len(weeks(one)) for one in (ada, hana, fatima)] == [1, 2, 1]
    for name in ("bo", "goran", "pixel", "juri", "ines"):
        assert weeks(slack.person(name)) == []


async def test_it_tells_what_was_received_and_given_and_what_is_left(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo, hana = (slack.person(name) for name in ("ada", "bo", "hana"))
    await choose(store, slack.team_id, amounts_hidden=True)
    await bo.types(f"/kudos @ada +3 {FOR}")
    clock.advance(minutes=1)
    await bo.types("/kudos private @ada +2 for listening to me")
    clock.advance(minutes=1)
    await hana.types("/kudos @ada @chidi +1 for the drawings")
    await ada.types(f"/kudos @dina +4 {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    [week] = weeks(ada)
    told = week.text.split("\n")
    assert told[1] == "3 thank-yous received, from 2 people."
    assert told[2] == "1 thank-you given."
    assert told[3].startswith("You have 21 points left to give until")
    assert told[4] == "Last thanks you received:"
    assert [line.split(" · ", 1)[1].split(" · <")[0] for line in told[5:8]] == [
        "Hana thanked Ada and Chidi · +1 point each · the drawings",
        "Bo thanked Ada · +2 points · listening to me",
        "Bo thanked Ada · +3 points · untangling the release",
    ]
    assert len(links(week)) == 2  # nothing in Slack tells of the private one
    assert "Only you see this" in told[-1]


async def test_what_was_taken_back_or_erased_is_not_told(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await bo.types("/kudos @ada +1 for what was nothing in the end")
    await bo.types("/kudos undo")
    await chidi.types("/kudos @ada +1 for words that are to go")
    await settled(store)
    await store.write(erase, ErasePerson(slack.team_id, chidi.id))
    await comes(app, store, clock, IN_LONDON)
    [week] = weeks(ada)
    assert "1 thank-you received, from 1 person." in week.text
    assert "a former colleague thanked Ada" in week.text
    assert "nothing in the end" not in week.all_text
    assert "are to go" not in week.all_text
    assert "You work with" not in week.text  # erased, and not known otherwise
    assert weeks(bo) == []  # nothing is left of their week
    assert weeks(chidi) == []


async def test_others_who_want_thanks_in_private_are_left_out(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await prefers(chidi, *USUAL, "thanked_in_private")
    await bo.types(f"/kudos @ada @chidi {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    assert "Bo thanked Ada ·" in weeks(ada)[0].text
    assert "Chidi" not in weeks(ada)[0].all_text
    assert "Bo thanked Ada and Chidi ·" in weeks(chidi)[0].text


async def test_it_names_one_colleague_who_was_not_thanked_lately(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await bo.types(f"/kudos @ada {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    assert "You work with Bo and have not thanked them lately." in weeks(ada)[0].text
    assert on_button(weeks(ada)[0], ids.DIGEST_GIVE)["value"] == bo.id
    clock.advance(days=6)
    await slack.person("dina").types(f"/kudos @ada {FOR}")
    await ada.types(f"/kudos @bo {FOR}")
    await comes(app, store, clock, IN_LONDON + WEEK)
    assert "You work with Dina and have not thanked them lately." in weeks(ada)[1].text
    clock.advance(days=6)
    await ada.types(f"/kudos @dina {FOR}")
    await comes(app, store, clock, IN_LONDON + 2 * WEEK)
    assert "You work with" not in weeks(ada)[2].text
    assert on_button(weeks(ada)[2], ids.DIGEST_GIVE)["value"] == "anybody"


@on_sqlite
async def test_neither_who_has_left_nor_a_guest_who_takes_no_part_is_named(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await bo.types(f"/kudos @ada {FOR}")
    await slack.person("goran").types(f"/kudos @ada {FOR}")
    await settled(store)
    slack.update_user("bo", deleted=True)
    slack.update_user("goran", is_restricted=True)
    await slack.pending()
    await choose(store, slack.team_id, guests_take_part=False)
    await comes(app, store, clock, IN_LONDON)
    assert "You work with" not in weeks(ada)[0].text
    assert weeks(bo) == []
    assert weeks(slack.person("goran")) == []


@on_sqlite
async def test_a_colleague_of_ones_group_is_named_but_not_by_a_private_channel(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, chidi = slack.person("ada"), slack.person("chidi")
    slack.add_to_channel("leads", "app")
    await slack.person("fatima").types(f"/kudos @ada {FOR}", in_channel="leads")
    await slack.person("dina").types(f"/kudos @fatima {FOR}", in_channel="leads")
    await slack.person("goran").types(f"/kudos @platform {FOR}")
    await chidi.types(f"/kudos @goran {FOR}")
    await ada.types(f"/kudos @fatima {FOR}", in_channel="leads")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    [week] = weeks(chidi)
    assert "You work with Emre" in week.text or "You work with Hana" in week.text
    assert "You work with" not in weeks(ada)[0].text  # Dina is known from that channel alone


@pytest.mark.parametrize(
    "ticked", [("on_boards", "direct_messages"), ("on_boards", "weekly_nudge"), ()]
)
async def test_without_both_choices_nothing_comes(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, ticked: tuple[str, ...]
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await prefers(ada, *ticked)
    await bo.types(f"/kudos @ada {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    assert weeks(ada) == []
    assert len(weeks(bo)) == 1


async def test_who_wants_no_more_while_it_waits_gets_none(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @bo {FOR}")
    await settled(store)
    slack.faults.next("chat.postMessage", "ratelimited", retry_after=60)
    clock.now = IN_LAGOS
    await app.look()
    await held(store, slack.team_id, 1)
    await prefers(bo, "on_boards", "direct_messages")
    clock.advance(seconds=61)
    await app.look()
    await settled(store)
    assert weeks(bo) == []
    assert (await outbox_states(store, slack.team_id))["dropped"] == 1


async def test_nobody_is_told_that_there_is_nothing_to_tell(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @bo {FOR}")
    await bo.types(f"/kudos @ada {FOR}")
    await settled(store)
    for week in range(6):
        await comes(app, store, clock, IN_LONDON + week * WEEK)
    # In the weeks after, they have thanked each other lately. After four weeks without anything
    # they would hear of each other once more, but then they take no part any more.
    assert (len(weeks(ada)), len(weeks(bo))) == (1, 1)


async def test_whoever_moves_in_mid_week_gets_one(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    hana = slack.person("hana")
    await slack.person("ada").types(f"/kudos @hana {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_TOKYO)
    slack.update_user("hana", tz="America/New_York")
    await slack.pending()
    await comes(app, store, clock, IN_NEW_YORK)
    assert len(weeks(hana)) == 1
    await comes(app, store, clock, IN_TOKYO + WEEK)
    assert len(weeks(hana)) == 1
    await slack.person("bo").types(f"/kudos @hana {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_NEW_YORK + WEEK)
    assert len(weeks(hana)) == 2


@on_sqlite
async def test_a_zone_that_nobody_knows_is_the_workspaces(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    assert app.workspace is not None
    assert app.workspace.time_zone == "Europe/London"
    hana = Member(slack.team_id, slack.person("hana").id, "Hana", time_zone="Mars/Phobos")
    await store.write(see_people, SeePeople(slack.team_id, (hana,)))
    await slack.person("ada").types(f"/kudos @hana {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON - timedelta(minutes=1))
    assert weeks(slack.person("hana")) == []
    await comes(app, store, clock, IN_LONDON)
    assert len(weeks(slack.person("hana"))) == 1


async def test_what_was_missed_is_caught_up_within_a_day_and_not_later(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, hana = slack.person("ada"), slack.person("hana")
    await ada.types(f"/kudos @hana {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_LONDON + timedelta(hours=23))
    assert weeks(hana) == []  # it was 32 hours ago in Tokyo
    assert len(weeks(ada)) == 1
    assert await store.read(_missed, slack.team_id) == []
    await comes(app, store, clock, IN_LONDON + 2 * WEEK + timedelta(hours=25))
    assert (len(weeks(ada)), len(weeks(hana))) == (1, 0)
    await comes(app, store, clock, IN_LONDON + 2 * WEEK + timedelta(hours=26))
    assert await store.read(_missed, slack.team_id) == [("post_missed", "digest")] * 2
    assert (await states(store, slack.team_id))["Europe/London"] == "skipped"


@on_sqlite
async def test_one_that_slack_does_not_take_for_a_day_is_of_no_use_any_more(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await slack.person("ada").types(f"/kudos @bo {FOR}")
    await settled(store)
    slack.faults.next("chat.postMessage", "ratelimited", retry_after=25 * 3600)
    clock.now = IN_LAGOS
    await app.look()
    await held(store, slack.team_id, 1)
    await comes(app, store, clock, IN_LAGOS + timedelta(hours=26))
    assert weeks(slack.person("bo")) == []


@on_sqlite
async def test_admins_switch_it_off_and_choose_another_day(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo {FOR}")
    await settled(store)
    await choose(store, slack.team_id, digest_on=False)
    await comes(app, store, clock, IN_LONDON)
    assert weeks(ada) == []
    await choose(store, slack.team_id, digest_on=True, digest_weekday=4, digest_time="15:00")
    await comes(app, store, clock, IN_LONDON + timedelta(hours=1))
    assert len(weeks(ada)) == 1
    # From Friday to Monday: it has told of that week already. To Wednesday: hardly a week ago.
    for weekday, later in ((0, 3), (2, 5)):
        await choose(store, slack.team_id, digest_weekday=weekday)
        await comes(app, store, clock, IN_LONDON + timedelta(days=later, hours=1))
        assert len(weeks(ada)) == 1
    clock.advance(days=7, hours=-1)
    await ada.types(f"/kudos @bo {FOR}, again")
    await comes(app, store, clock, IN_LONDON + timedelta(days=12, hours=1))
    assert len(weeks(ada)) == 2


@on_sqlite
async def test_on_a_monday_it_tells_of_the_week_that_is_over(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, digest_weekday=0, digest_time="09:00")
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo {FOR}")
    await settled(store)
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    clock.now = monday - timedelta(hours=2)
    await ada.types("/kudos @bo for something of the new week")
    await comes(app, store, clock, monday)
    assert "22, 2026\n1 thank-you given." in weeks(ada)[0].text
