"""Whatever people do, in whatever order: the ledger, the totals and the balances say the same.

The model knows nothing of tables: it keeps what was given and not taken back, and counts.
`KUDOS_HISTORIES` and `KUDOS_HISTORY_STEPS` make it a long run; hypothesis prints how to repeat one
that failed.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from bot.domain.budgets import AdjustBalance
from bot.domain.errors import (
    AllowanceExceededError,
    AlreadyUndoneError,
    BalanceTooLowError,
    NothingToUndoError,
    UndoTooLateError,
    UnknownMembersError,
)
from bot.domain.kudos import Audience, GiveKudos, RemoveKudos, UndoKudos
from bot.domain.members import Member
from bot.domain.personal_data import ErasePerson
from bot.domain.reactions import ReactionChanged
from bot.domain.workspaces import WorkspaceSettings
from bot.services.giving.budgets import adjust
from bot.services.giving.kudos import give, undo
from bot.services.giving.reactions import react
from bot.services.giving.removal import remove
from bot.services.people.erasure import erase
from bot.services.people.members import SeePeople, see_people
from storage.engine.opening import opened
from tests.conftest import Clock
from tests.examples import examples
from tests.storage.conftest import GENERAL, PEOPLE, Team
from tests.watching import assert_books_agree, balances, spent

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from storage.engine.store import Store

HISTORIES = int(os.environ.get("KUDOS_HISTORIES", examples(6)))  # noqa: TID251 - settings of tests
STEPS = int(os.environ.get("KUDOS_HISTORY_STEPS", "30"))  # noqa: TID251
ADMIN = PEOPLE[7]
ALLOWANCE = 12
DEFAULT = 2
SETTINGS = WorkspaceSettings(
    allowance=ALLOWANCE, points_default=DEFAULT, undo_minutes=60, admin_ids=(ADMIN,)
)

people = st.integers(0, len(PEOPLE) - 1)
points = st.integers(1, 5)


@dataclass
class Thanks:
    """One kudos, as the model knows it."""

    kudos_id: str
    giver: str
    receivers: tuple[str, ...]
    points_each: int
    given_at: datetime
    request: GiveKudos | None = None  # None where a reaction gave it
    is_live: bool = True

    @property
    def total(self) -> int:
        return self.points_each * len(self.receivers)

    @property
    def week(self) -> datetime:
        day = self.given_at.replace(hour=0, minute=0, second=0, microsecond=0)
        return day - timedelta(days=day.weekday())


class History(RuleBasedStateMachine):
    """Eight people of one workspace, an admin among them."""

    store: Store
    clock: Clock
    runner: asyncio.Runner

    given = Bundle("given")
    shown = Bundle("shown")  # reactions that are on

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Thanks] = []
        self.adjusted: Counter[str] = Counter()
        self.clock.now = Clock().now
        self.team = Team(self.store, settings=SETTINGS)
        self.messages = 0

    @initialize()
    def begins(self) -> None:
        self.run(self.team.founded())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Return what comes of some work on the store."""
        return self.runner.run(work)

    # What people do

    @rule(
        target=given, giver=people, receivers=st.sets(people, min_size=1, max_size=3), each=points
    )
    def gives(self, giver: int, receivers: set[int], each: int) -> Any:
        to = tuple(sorted(receivers - {giver}))
        if not to:
            return multiple()
        request = self.team.gift(giver, to, points=each)
        thanks = Thanks("", PEOPLE[giver], request.receiver_ids, each, self.clock.now, request)
        try:
            done = self.run(self.asked(give, request))
        except AllowanceExceededError:
            assert self.spent_in(thanks.giver, thanks.week) + thanks.total > ALLOWANCE
            return multiple()
        assert self.spent_in(thanks.giver, thanks.week) + thanks.total <= ALLOWANCE
        thanks.kudos_id = done.kudos.kudos_id
        self.all.append(thanks)
        return thanks

    @rule(target=given, giver=people, receivers=st.sets(people, min_size=1, max_size=3))
    def gives_without_an_amount(self, giver: int, receivers: set[int]) -> Any:
        to = tuple(sorted(receivers - {giver}))
        if not to:
            return multiple()
        request = replace(self.team.gift(giver, to), amounts=())
        each = self.payable(PEOPLE[giver], DEFAULT, len(to))
        done = self.run(self.asked(give, request))
        assert [receipt.points for receipt in done.kudos.receipts] == [each] * len(to)
        thanks = Thanks("", PEOPLE[giver], request.receiver_ids, each, self.clock.now, request)
        thanks.kudos_id = done.kudos.kudos_id
        self.all.append(thanks)
        return thanks

    @rule(thanks=given)
    def comes_again(self, thanks: Thanks) -> None:
        assert thanks.request is not None
        again = self.run(self.asked(give, thanks.request))
        assert again.kudos.kudos_id == thanks.kudos_id

    @rule(giver=people)
    def undoes_the_last(self, giver: int) -> None:
        own = [
            one for one in self.all if one.giver == PEOPLE[giver] and one.is_live and one.request
        ]
        try:
            done = self.run(self.asked(undo, UndoKudos(self.team.team_id, PEOPLE[giver])))
        except NothingToUndoError:
            assert own == []
        except UndoTooLateError:
            assert all(self.clock.now > one.given_at + timedelta(minutes=60) for one in own)
        else:
            self.taken_back(done.kudos.kudos_id)

    @rule(thanks=given)
    def is_removed_by_an_admin(self, thanks: Thanks) -> None:
        wish = RemoveKudos(self.team.team_id, ADMIN, thanks.kudos_id)
        try:
            self.run(self.asked(remove, wish))
        except AlreadyUndoneError:
            assert not thanks.is_live
        else:
            self.taken_back(thanks.kudos_id)

    @rule(target=shown, who=people, author=people)
    def reacts(self, who: int, author: int) -> Any:
        if who == author:
            return multiple()
        self.messages += 1
        change = ReactionChanged(
            team_id=self.team.team_id,
            user_id=PEOPLE[who],
            author_id=PEOPLE[author],
            channel_id=GENERAL,
            message_ts=f"1795003100.{self.messages:06}",
            reaction="trophy",
            event_ts=f"1795003200.{self.messages:06}",
            is_added=True,
            audience=Audience.PUBLIC,
        )
        each = self.payable(PEOPLE[who], 1, 1)
        for _ in range(2):
            kudos = self.run(self.asked(react, change))
            if kudos is not None:
                self.all.append(
                    Thanks(kudos.kudos_id, PEOPLE[who], (PEOPLE[author],), each, self.clock.now)
                )
        return change

    @rule(change=consumes(shown))
    def takes_the_reaction_away(self, change: ReactionChanged) -> None:
        later = change.event_ts.replace("1795003200", "1795003300")
        gone = ReactionChanged(
            **{
                name: getattr(change, name)
                for name in ReactionChanged.__dataclass_fields__
                if name not in {"event_ts", "is_added"}
            },
            event_ts=later,
            is_added=False,
        )
        for late in (gone, change, gone):  # what comes late, or twice, changes nothing
            kudos = self.run(self.asked(react, late))
            if kudos is not None:
                self.taken_back(kudos.kudos_id)

    @rule(who=people, amount=st.integers(-6, 6).filter(bool))
    def is_corrected(self, who: int, amount: int) -> None:
        wish = AdjustBalance(self.team.team_id, ADMIN, PEOPLE[who], amount, "Counted twice")
        try:
            self.run(self.asked(adjust, wish))
        except BalanceTooLowError:
            assert self.balance_of(PEOPLE[who]) + amount < 0
        else:
            self.adjusted[PEOPLE[who]] += amount

    @rule(who=st.integers(0, len(PEOPLE) - 2))
    def is_erased(self, who: int) -> None:
        self.run(self.asked(erase, ErasePerson(self.team.team_id, PEOPLE[who])))

    @rule(hours=st.sampled_from([0.01, 0.5, 2, 30, 24 * 7, 24 * 31]))
    def time_passes(self, hours: float) -> None:
        self.clock.advance(hours=hours)

    # What holds all the time

    @invariant()
    def everything_agrees(self) -> None:
        team_id = self.team.team_id
        self.run(assert_books_agree(self.store, team_id))
        stored = self.run(balances(self.store, team_id))
        everybody = {*stored, *self.adjusted, *(to for one in self.all for to in one.receivers)}
        for user_id in everybody:
            assert stored.get(user_id, 0) == self.balance_of(user_id), user_id
        for user_id in {one.giver for one in self.all}:
            of_giver = self.run(spent(self.store, team_id, user_id))
            for week, used in of_giver.items():
                assert used == self.spent_in(user_id, week)
                assert used <= ALLOWANCE

    async def asked(self, service: Any, request: Any) -> Any:
        """Do something; who is not known any more is asked for, as at the edge, and it is done."""
        try:
            return await self.store.write(service, request)
        except UnknownMembersError as error:
            who = tuple(Member(self.team.team_id, one, f"Is {one}") for one in error.user_ids)
            seen = SeePeople(self.team.team_id, who, come_back=True)
            await self.store.write(see_people, seen)
            return await self.store.write(service, request)

    def taken_back(self, kudos_id: str) -> None:
        [thanks] = [one for one in self.all if one.kudos_id == kudos_id]
        assert thanks.is_live
        thanks.is_live = False

    def balance_of(self, user_id: str) -> int:
        received = sum(
            one.points_each for one in self.all if one.is_live and user_id in one.receivers
        )
        return received + self.adjusted[user_id]

    def payable(self, giver: str, each: int, receivers_count: int) -> int:
        """Return what each gets where nobody named an amount: all of it, or nothing."""
        now = Thanks("", giver, (), 0, self.clock.now)
        left = ALLOWANCE - self.spent_in(giver, now.week)
        return each if each * receivers_count <= left else 0

    def spent_in(self, user_id: str, week: datetime) -> int:
        of_week = (one for one in self.all if one.giver == user_id and one.week == week)
        return sum(one.total for one in of_week if one.is_live)


@pytest.fixture
def history(database_url: str) -> Iterator[type[History]]:
    """The model on a real store, with an event loop that lasts as long as it."""
    clock = Clock()
    with asyncio.Runner() as runner:
        store = opened(database_url, clock)
        yield type(
            "HistoryOnAStore", (History,), {"store": store, "clock": clock, "runner": runner}
        )
        runner.run(store.close())


@pytest.mark.thorough
@pytest.mark.timeout(600 + HISTORIES * STEPS // 4)  # one that failed is made short for 5 minutes
def test_whatever_people_do_the_books_agree(history: type[History]) -> None:
    run_state_machine_as_test(
        history,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
        ),
    )
