"""Installations in the database: encrypted, in order, and gone without a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from bot.domain.installations import (
    REFRESH_LEASE,
    BeingDeletedError,
    Cover,
    EndCover,
    EndInstallation,
    Install,
    NotRefreshed,
    Refreshed,
)
from bot.services.giving.kudos import give
from bot.services.installations.deletion import (
    BeginDeletion,
    begin_deletion,
    delete_step,
    find_due_deletions,
)
from bot.services.installations.installations import (
    claim_refresh,
    cover,
    end_cover,
    end_installation,
    find_installation,
    install,
    list_encrypted_tokens,
    note_not_refreshed,
    note_refreshed,
    reencrypt,
)
from bot.services.posts.schedules import find_workspaces
from bot.slack.token_vault import TokenVault, WrongKeyError, new_key
from bot.workers.token_refresh import delete_everything
from storage.engine.columns import metadata
from tests.storage.conftest import PEOPLE
from tests.watching import entries, on_sqlite

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine.store import Connection, Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found

HOURS_12 = timedelta(hours=12)


def installed(team_id: str, token: str = "encrypted", **more: Any) -> Install:  # noqa: S107
    facts: dict[str, Any] = {
        "enterprise_id": None,
        "is_org_wide": False,
        "name": team_id,
        "app_id": "A1",
        "bot_user_id": "U0BOT00001",
        "installer_id": PEOPLE[0],
        "scopes": ("commands", "chat:write"),
        "bot_token": token,
    }
    return Install(team_id=team_id, **(facts | more))


async def test_the_last_installation_is_the_one_that_counts(store: Store, found: Found) -> None:
    team = await found()
    assert await store.read(find_installation, team.team_id) is None
    await store.write(install, installed(team.team_id, "first"))
    await store.write(install, installed(team.team_id, "second"))
    now = await store.read(find_installation, team.team_id)
    assert now is not None
    assert (now.bot_token, now.token_number, now.is_known) == ("second", 2, True)
    assert now.scopes == ("commands", "chat:write")


async def test_what_was_told_of_an_earlier_token_ends_nothing(
    store: Store, found: Found, clock: Clock
) -> None:
    team = await found()
    await store.write(install, installed(team.team_id))
    first_at = clock()
    clock.advance(seconds=10)
    await store.write(install, installed(team.team_id))
    for late in (
        EndInstallation(team.team_id, first_at),
        EndInstallation(team.team_id, clock(), token_number=1),
    ):
        assert not await store.write(end_installation, late)
    assert await store.read(find_installation, team.team_id) is not None
    assert await store.read(find_workspaces, None) == [team.team_id]
    # Slack tells whole seconds, and the same second may be meant.
    same_second = EndInstallation(team.team_id, clock().replace(microsecond=0))
    assert await store.write(end_installation, same_second)
    assert not await store.write(end_installation, same_second)
    assert await store.read(find_installation, team.team_id) is None
    assert await store.read(find_workspaces, None) == []  # nothing becomes due there any more


async def test_a_workspace_without_a_row_is_served_by_the_settings(
    store: Store, found: Found
) -> None:
    team = await found()
    assert await store.read(find_workspaces, None) == [team.team_id]


async def test_an_organization_serves_its_workspaces_until_it_takes_them_away(
    store: Store, found: Found, clock: Clock
) -> None:
    one, two, own = await found(), await found(), await found()
    organization = installed("E1", "of the organization", is_org_wide=True, enterprise_id="E1")
    assert not await store.write(cover, Cover(one.team_id, "E1"))
    await store.write(install, organization)
    await store.write(install, installed(own.team_id, "its own", enterprise_id="E1"))
    for team in (one, two, own):
        assert await store.write(cover, Cover(team.team_id, "E1"))
    served = [await store.read(find_installation, each.team_id) for each in (one, two, own)]
    assert [each and each.bot_token for each in served] == [
        "of the organization",
        "of the organization",
        "its own",
    ]
    assert served[0] is not None
    assert (served[0].token_of, served[0].is_of_organization) == ("E1", True)
    assert not await store.write(end_cover, EndCover(own.team_id, "E1", clock()))
    assert not await store.write(end_cover, EndCover(one.team_id, "E2", clock()))
    granted_at = clock()
    clock.advance(seconds=10)
    assert await store.write(end_cover, EndCover(one.team_id, "E1", clock()))
    assert await store.read(find_installation, one.team_id) is None
    # Told late, it was before.
    assert not await store.write(cover, Cover(one.team_id, "E1", granted_at))
    assert await store.write(end_installation, EndInstallation("E1", clock(), 1))
    gone = [await store.read(find_installation, each.team_id) for each in (one, two)]
    assert gone == [None, None]
    assert await store.read(find_workspaces, None) == [own.team_id]
    # Installed again, the organization says again whom it serves.
    await store.write(install, organization)
    assert await store.write(cover, Cover(two.team_id, "E1"))
    assert await store.read(find_installation, two.team_id) is not None


# -- New tokens for old ones -------------------------------------------------------------------


async def test_one_process_refreshes_and_a_dead_one_is_followed_by_another(
    store: Store, clock: Clock
) -> None:
    expiring: dict[str, Any] = {"refresh_token": "r1", "token_expires_at": clock() + HOURS_12}
    await store.write(install, installed("T1", **expiring))
    await store.write(install, installed("T2"))  # one that never ends
    assert await store.write(claim_refresh, None) == []
    clock.advance(hours=10, minutes=1)
    [claimed] = await store.write(claim_refresh, None)
    assert (claimed.team_id, claimed.refresh_token) == ("T1", "r1")
    assert await store.write(claim_refresh, None) == []
    clock.advance(seconds=REFRESH_LEASE.total_seconds() + 1)
    [again] = await store.write(claim_refresh, None)
    assert again.refresh_token == "r1"
    later = clock() + HOURS_12
    assert await store.write(note_refreshed, Refreshed(again, "b2", "r2", later))
    # The first one was only slow: what it got is older than what is stored.
    assert not await store.write(note_refreshed, Refreshed(claimed, "b3", "r3", later))
    assert not await store.write(note_not_refreshed, NotRefreshed(claimed, "invalid"))
    now = await store.read(find_installation, "T1")
    assert now is not None
    assert (now.bot_token, now.token_number, now.token_expires_at) == ("b2", 2, later)
    assert await store.write(claim_refresh, None) == []


async def test_a_new_installation_wins_over_a_refresh_under_way(store: Store, clock: Clock) -> None:
    expiring: dict[str, Any] = {
        "refresh_token": "r1",
        "token_expires_at": clock() + timedelta(hours=1),
    }
    await store.write(install, installed("T1", **expiring))
    [claimed] = await store.write(claim_refresh, None)
    await store.write(install, installed("T1", "by hand"))
    stale = Refreshed(claimed, "b2", "r2", clock() + HOURS_12)
    assert not await store.write(note_refreshed, stale)
    now = await store.read(find_installation, "T1")
    assert now is not None
    assert now.bot_token == "by hand"


async def test_many_tokens_are_refreshed_a_few_at_a_time(store: Store, clock: Clock) -> None:
    for number in range(8):
        expires_at = clock() + timedelta(minutes=90 - number)
        fresh: dict[str, Any] = {"refresh_token": f"r{number}", "token_expires_at": expires_at}
        await store.write(install, installed(f"T{number}", **fresh))
    seen = []
    while claimed := await store.write(claim_refresh, None):
        assert len(claimed) <= 3
        seen += [each.team_id for each in claimed]
    assert sorted(seen) == [f"T{number}" for number in range(8)]
    assert set(seen[:3]) == {"T7", "T6", "T5"}  # the soonest to end


async def test_a_token_that_slack_will_not_renew_is_not_asked_for_again(
    store: Store, clock: Clock
) -> None:
    expiring: dict[str, Any] = {
        "refresh_token": "r1",
        "token_expires_at": clock() + timedelta(hours=1),
    }
    await store.write(install, installed("T1", **expiring))
    [claimed] = await store.write(claim_refresh, None)
    await store.write(note_not_refreshed, NotRefreshed(claimed))
    assert await store.write(claim_refresh, None) == []
    clock.advance(seconds=31)
    [claimed] = await store.write(claim_refresh, None)
    await store.write(note_not_refreshed, NotRefreshed(claimed, "invalid_refresh_token"))
    clock.advance(hours=5)
    assert await store.write(claim_refresh, None) == []


# -- Keys --------------------------------------------------------------------------------------


def test_a_token_is_opened_for_its_own_workspace_alone() -> None:
    vault = TokenVault(new_key())
    encrypted = vault.encrypt("T1", "xoxb-planted")
    assert "planted" not in encrypted
    assert vault.decrypt("T1", encrypted) == "xoxb-planted"
    with pytest.raises(WrongKeyError):
        vault.decrypt("T2", encrypted)
    with pytest.raises(WrongKeyError):
        TokenVault(new_key()).decrypt("T1", encrypted)


@pytest.mark.parametrize(
    "keys",
    ["", ",", "short", "x" * 44, f"{new_key()},short"],
    ids=["nothing", "comma", "short", "no key", "a bad second one"],
)
def test_what_is_no_key_is_not_taken(keys: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        TokenVault(keys)


async def test_all_tokens_are_sealed_anew_or_none(store: Store) -> None:
    old, new = new_key(), new_key()
    before, both, after = TokenVault(old), TokenVault(f"{new},{old}"), TokenVault(new)
    for team_id in ("T1", "T2", "E1"):
        token, refresh = before.encrypt(team_id, f"b-{team_id}"), before.encrypt(team_id, "r")
        await store.write(install, installed(team_id, token, refresh_token=refresh))
    await store.write(install, installed("T3", before.encrypt("T3", "b-T3")))

    def fails_at_last(team_id: str, encrypted: str) -> str:
        if team_id == "T3":
            raise WrongKeyError(team_id)
        return both.reencrypt(team_id, encrypted)

    with pytest.raises(WrongKeyError):
        await store.write(reencrypt, fails_at_last)
    for each in await store.read(list_encrypted_tokens, None):
        before.decrypt(each.team_id, each.bot_token)
    for _ in range(2):  # safe to do again
        assert await store.write(reencrypt, both.reencrypt) == 4
    for each in await store.read(list_encrypted_tokens, None):
        assert after.decrypt(each.team_id, each.bot_token) == f"b-{each.team_id}"
        assert (each.refresh_token is None) == (each.team_id == "T3")


# -- Deletion ----------------------------------------------------------------------------------


async def test_everything_of_a_workspace_is_deleted_and_nothing_of_another(
    store: Store, found: Found
) -> None:
    gone, stays = await found(), await found()
    for team in (gone, stays):
        await store.write(install, installed(team.team_id))
        await store.write(give, team.gift(0, (1, 2, 3)))
        await store.write(give, team.gift(1, (2,)))
    before = await store.read(_counts, stays.team_id)
    assert before["ledger_entries"] > 0
    assert await store.write(begin_deletion, BeginDeletion(gone.team_id))
    assert await store.read(find_installation, gone.team_id) is None
    with pytest.raises(BeingDeletedError):
        await store.write(install, installed(gone.team_id))
    rows = await delete_everything(store, gone.team_id)
    assert rows > 20
    assert set((await store.read(_counts, gone.team_id)).values()) == {0}
    assert await store.read(_counts, stays.team_id) == before
    # It can begin anew, with nothing.
    await store.write(install, installed(gone.team_id))


async def test_without_a_record_of_a_deletion_nothing_goes(store: Store, found: Found) -> None:
    team = await found()
    await store.write(give, team.gift())
    assert await store.write(delete_step, team.team_id) == 0
    assert len(await entries(store, team.team_id)) == 2
    other = await found()
    await store.write(begin_deletion, BeginDeletion(other.team_id))
    statement = f"DELETE FROM ledger_entries WHERE team_id = '{team.team_id}'"  # noqa: S608
    with pytest.raises(DBAPIError, match="the ledger only grows"):
        await store.write(_run, statement)
    # And not even then may anything be changed in place.
    await store.write(begin_deletion, BeginDeletion(team.team_id))
    with pytest.raises(DBAPIError, match="the ledger only grows"):
        await store.write(_run, "UPDATE ledger_entries SET points = 7")


async def test_a_deletion_goes_on_where_it_was_interrupted(store: Store, found: Found) -> None:
    team = await found()
    await store.write(give, team.gift(0, (1, 2, 3)))
    await store.write(begin_deletion, BeginDeletion(team.team_id))
    assert await store.write(delete_step, team.team_id) > 0
    # Whoever did it is gone; it is on record, and nobody serves the workspace meanwhile.
    assert await store.read(find_due_deletions, None) == [team.team_id]
    assert await store.read(find_workspaces, None) == []
    await delete_everything(store, team.team_id)
    assert await store.read(find_due_deletions, None) == []
    assert set((await store.read(_counts, team.team_id)).values()) == {0}


async def test_what_kudos_was_taken_from_long_ago_is_deleted_and_what_came_back_is_not(
    store: Store, found: Found, clock: Clock
) -> None:
    gone, back = await found(), await found()
    days_30 = timedelta(days=30)
    for team in (gone, back):
        await store.write(install, installed(team.team_id))
        await store.write(end_installation, EndInstallation(team.team_id, clock(), 1))
    clock.advance(days=29)
    assert await store.read(find_due_deletions, days_30) == []
    clock.advance(days=1, seconds=1)
    due = await store.read(find_due_deletions, days_30)
    assert due == sorted([gone.team_id, back.team_id])
    await store.write(install, installed(back.team_id))  # between the two questions
    assert await store.write(begin_deletion, BeginDeletion(gone.team_id, days_30))
    assert not await store.write(begin_deletion, BeginDeletion(back.team_id, days_30))
    await delete_everything(store, back.team_id)
    assert await store.read(find_installation, back.team_id) is not None


async def test_what_is_written_at_the_last_moment_goes_too(store: Store, found: Found) -> None:
    team = await found()
    await store.write(begin_deletion, BeginDeletion(team.team_id))
    assert await store.write(delete_step, team.team_id) > 0
    await store.write(_add_channel, team.team_id)  # by a process that has not seen it yet
    await delete_everything(store, team.team_id)
    assert set((await store.read(_counts, team.team_id)).values()) == {0}


@on_sqlite
async def test_nobody_is_deleted_who_is_not_there(store: Store) -> None:
    assert not await store.write(begin_deletion, BeginDeletion("T0NOBODY"))


def _counts(connection: Connection, team_id: str, _now: datetime) -> dict[str, int]:
    return {
        table.name: connection.execute(
            select(func.count()).select_from(table).where(table.c.team_id == team_id)
        ).scalar_one()
        for table in metadata.sorted_tables
    }


def _add_channel(connection: Connection, team_id: str, now: datetime) -> None:
    connection.execute(
        metadata.tables["channels"]
        .insert()
        .values(team_id=team_id, channel_id="C0LATE00001", is_public=True, updated_at=now)
    )


def _run(connection: Connection, statement: str, _now: datetime) -> None:
    connection.execute(text(statement))
