"""What erasure empties, column by column, and that no byte of it is left in SQLite's files."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.engine import make_url

from bot.domain.budgets import EndBoost, GiveBoost
from bot.domain.members import ERASED_NAME, Member
from bot.domain.personal_data import ErasePerson
from bot.domain.preferences import ChangePreferences, Preferences
from bot.domain.workspaces import WorkspaceSettings
from bot.domain.zones import UNKNOWN_ZONE
from bot.services.giving.budgets import end_boost, give_boost
from bot.services.giving.kudos import give
from bot.services.home.home import OpenHome, open_home
from bot.services.installations.deletion import BeginDeletion, begin_deletion
from bot.services.people.erasure import erase
from bot.services.people.members import SeePeople, see_people
from bot.services.people.preferences import change_preferences
from bot.workers.token_refresh import delete_everything
from storage.engine.columns import metadata
from storage.members import may_notice
from storage.tables.schema import activity, boosts, kudos, ledger_entries, members, notices
from tests.storage.conftest import PEOPLE
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine.store import Connection, Store
    from tests.storage.conftest import Found, Team

ADA, BO = PEOPLE[:2]
GENEROUS = WorkspaceSettings(allowance=10_000, points_max=100)
NAME, WORDS, WHY = "Unverwechselbar", "ein einzigartiger Dank", "wegen des Umzugs im Mai"
LONG = f"{WORDS} " * 80  # longer than a page of the database has room for

# What becomes of each column of which erasure takes something out of a person's rows; all rows of
# a table that is called GONE are deleted.
EMPTIED = {
    "members": {"display_name", "time_zone", "locale", "preferences", "home_opened_at"},
    "kudos": {"reason"},  # that the person wrote
    "boosts": {"reason"},  # that an admin wrote about them
    "activity": {"before", "after"},  # the same reason; the rest of both stays
}
GONE = {"kept_lines", "notices"}
# What stays: ids, without which no sum would be right; who is whom for the rules; moments.
STAYS = {
    "activity": "team_id activity_id actor_id what subject_id created_at",
    "allowances": "team_id user_id starts_at spent",
    "balances": "team_id user_id points",
    "boosts": "team_id boost_id user_id points ends_at created_at",
    "kudos": (
        "team_id kudos_id natural_key giver_id value source audience channel_id message_ts emoji "
        "thread_ts joins_id about_ts given_on allowance_starts_at allowance_label created_at "
        "reversed_at undo_key"
    ),
    # The ledger only grows: what an admin gave as the reason of a correction stays, as PRIVACY.md
    # says.
    "ledger_entries": (
        "team_id entry_id user_id account points kudos_id reversal_of allowance_starts_at "
        "allowance_label boost_id reason actor_id created_at"
    ),
    "members": (
        "team_id user_id is_bot is_deactivated is_external is_guest is_admin is_off_boards "
        "erased_at first_seen_at updated_at"
    ),
    "occurrences": (
        "team_id kind period place slot_at state actor_id file_id done_until next_at created_at"
    ),
    # No words: these are made when a message is sent, and `revise_messages` has them made anew.
    "outbox": (
        "team_id outbox_id key kind kudos_id user_id channel_id thread_ts fallbacks details state "
        "revision sent_revision attempts due_at sending_since posted_channel_id posted_ts "
        "last_error created_at sent_at claimed_by"
    ),
    "overrides": "team_id subject_id allowance created_at",
    "pairs": "team_id giver_id receiver_id value last_on previous_on",
    "reactions": "team_id channel_id message_ts user_id emoji tones updated_at",
    "receipts": "team_id receiver_id kudos_id place points giver_id given_on",
    "standings": (
        "team_id period value user_id givers_count kudos_received points_received receivers_count "
        "kudos_given points_given privately_received is_off_boards"
    ),
    "user_groups": "team_id group_id user_ids updated_at",
}
OF_NO_PERSON = {
    *("channels", "deletions", "imported_kudos", "imports", "installations", "schedules"),
    "workspaces",
}


def test_it_is_said_of_every_column_whether_erasure_empties_it() -> None:
    for table in metadata.sorted_tables:
        if table.name in OF_NO_PERSON | GONE:
            continue
        listed = [*EMPTIED.get(table.name, ()), *STAYS.get(table.name, "").split()]
        assert sorted(listed) == sorted(table.columns.keys()), table.name


def _notice(connection: Connection, team_id: str, now: datetime) -> None:
    may_notice(connection, team_id, BO, "reaction_refused", not_since=now, now=now)


def _rows(connection: Connection, team_id: str, _now: datetime) -> dict[str, list[dict[str, Any]]]:
    of_person = {
        members: members.c.user_id == BO,
        kudos: kudos.c.giver_id == BO,
        boosts: boosts.c.user_id == BO,
        activity: activity.c.subject_id == BO,
        notices: notices.c.user_id == BO,
        ledger_entries: ledger_entries.c.user_id == BO,
    }
    return {
        table.name: [
            dict(row)
            for row in connection.execute(
                select(table).where(table.c.team_id == team_id, where)
            ).mappings()
        ]
        for table, where in of_person.items()
    }


async def _fill(team: Team, store: Store, count: int = 1) -> None:
    """Have Bo leave something of theirs in every table that can have it."""
    bo = Member(team.team_id, BO, NAME, time_zone="Pacific/Chatham", locale="de-DE")
    ada = Member(team.team_id, ADA, "Ada", is_admin=True)
    await store.write(see_people, SeePeople(team.team_id, (bo, ada)))
    wish = ChangePreferences(team.team_id, BO, Preferences(direct_messages=False))
    await store.write(change_preferences, wish)
    await store.write(open_home, OpenHome(team.team_id, BO))
    await store.write(_notice, team.team_id)
    for number in range(count):
        for giver, receiver in ((1, 0), (0, 2)):
            request = team.gift(giver, (receiver,))
            words = (WORDS if number % 3 else LONG) if giver == 1 else "for something else"
            await store.write(give, _with(request, words))
    boost = GiveBoost(team.team_id, ADA, BO, 5, date(2026, 12, 1), WHY, "form")
    given = await store.write(give_boost, boost)
    await store.write(end_boost, EndBoost(team.team_id, ADA, given.boost_id))


def _with(request: Any, reason: str) -> Any:
    return type(request)(
        **{name: getattr(request, name) for name in request.__slots__} | {"reason": reason}
    )


async def test_what_is_said_to_be_emptied_is_and_the_rest_is_as_it_was(
    found: Found, store: Store
) -> None:
    team = await found(settings=GENEROUS)
    await _fill(team, store)
    before = await store.read(_rows, team.team_id)
    await store.write(erase, ErasePerson(team.team_id, BO))
    after = await store.read(_rows, team.team_id)
    empty: dict[str, Any] = {
        "members.display_name": ERASED_NAME,
        "members.time_zone": UNKNOWN_ZONE,
        "members.locale": "",
        "members.preferences": {},
        "members.home_opened_at": None,
        "kudos.reason": "",
        "boosts.reason": "",
    }
    assert before["notices"]
    assert after["notices"] == []
    changes_by_themselves = {"members.erased_at", "members.is_off_boards"}
    for name in sorted(before.keys() - GONE):
        for old, new in zip(before[name], after[name], strict=True):
            for column, value in old.items():
                full = f"{name}.{column}"
                if full in empty:
                    assert value != empty[full], full
                    assert new[column] == empty[full], full
                elif column in EMPTIED.get(name, ()):
                    assert WHY not in str(new[column])
                elif full not in changes_by_themselves:
                    assert new[column] == value, full
    assert WHY in str(before["activity"])


async def test_what_slack_tells_later_brings_nothing_of_it_back(found: Found, store: Store) -> None:
    team = await found(settings=GENEROUS)
    await _fill(team, store)
    await store.write(erase, ErasePerson(team.team_id, BO))
    told = Member(team.team_id, BO, NAME, time_zone="Pacific/Chatham", locale="de-DE")
    await store.write(see_people, SeePeople(team.team_id, (told,)))
    [row] = (await store.read(_rows, team.team_id))["members"]
    assert (row["display_name"], row["time_zone"], row["locale"]) == ("", UNKNOWN_ZONE, "")
    await store.write(see_people, SeePeople(team.team_id, (told,), come_back=True))
    [row] = (await store.read(_rows, team.team_id))["members"]
    assert (row["display_name"], row["time_zone"]) == (NAME, "Pacific/Chatham")


def bytes_of(database_url: str) -> bytes:
    """Return all that stands in the files of a SQLite database.

    By another process: closing a file lets go of every lock that this one has on it.
    """
    path = Path(make_url(database_url).database or "")
    files = [str(file) for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()]
    return subprocess.run(["/bin/cat", *files], check=True, capture_output=True).stdout  # noqa: S603 - our own files


@on_sqlite
async def test_no_byte_of_what_was_erased_is_left_in_the_files(
    found: Found, store: Store, database_url: str
) -> None:
    team = await found(settings=GENEROUS)
    await _fill(team, store, count=60)
    for text in (NAME, WORDS, WHY):
        assert text.encode() in bytes_of(database_url)
    await store.write(erase, ErasePerson(team.team_id, BO))
    assert await store.scrub()
    for text in (NAME, WORDS, WHY):
        assert text.encode() not in bytes_of(database_url), text


@on_sqlite
async def test_no_byte_of_a_workspace_that_was_deleted_is_left_in_the_files(
    found: Found, store: Store, database_url: str
) -> None:
    team = await found(settings=GENEROUS)
    await _fill(team, store, count=20)
    await store.write(begin_deletion, BeginDeletion(team.team_id))
    await delete_everything(store, team.team_id)
    for text in (NAME, WORDS, WHY, team.team_id):
        assert text.encode() not in bytes_of(database_url), text
