"""What people do in a storm, through what Slack shows them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.domain.settings.settings import Section
from bot.messages.blockkit import ids
from bot.sandbox.model import SlackError
from tests.administering import opens
from tests.faults.storm.record import ABSENT, LIVE, UNDONE, Given, Reacted
from tests.faults.workday import NOT_SAVED, PERHAPS_SAVED, STILL_SAVING, THANKED

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message, Reply
    from bot.sandbox.people import Person
    from tests.faults.storm.plan import Act
    from tests.faults.storm.record import Record

TOOK_BACK = "You took back your thanks"
TAKEN_BEFORE = "were taken back before"  # what the second of two deliveries is told
WAITS_SECONDS = 1.5  # how long people look for an answer that comes after the acknowledgement
BACK_WITHIN_SECONDS = 15.0
IMPATIENT = 5  # every so manieth act does not wait for the app to be back
EMOJI = "trophy"
ERASED = "erase"


class People:
    """Everybody in all workspaces; each does one thing after the other."""

    def __init__(
        self, slack: dict[str, Sandbox], record: Record, is_reachable: Callable[[], bool]
    ) -> None:
        self._slack = slack
        self._is_reachable = is_reachable
        self._record = record
        self._turns: dict[tuple[str, str], asyncio.Lock] = {}

    async def do(self, act: Act) -> None:
        """Do what an act says, once the person is free; note what came of it."""
        slack = self._slack[act.team]
        async with self._turns.setdefault((act.team, act.who), asyncio.Lock()):
            if act.number % IMPATIENT:
                await self._soon(self._is_reachable, BACK_WITHIN_SECONDS)
            self._record.verbs[act.verb] += 1
            do = getattr(self, "_" + act.verb.replace(" ", "_"))
            try:
                await do(act, slack, slack.person(act.who))
            except (SlackError, AssertionError):
                # A form that never came, a message that is no more there: people let it be.
                self._record.skipped += 1

    # -- Giving in words -------------------------------------------------------------------

    def _noted(self, act: Act) -> Given:
        given = self._record.given[act.number] = Given(
            act.number, act.team, act.who, act.to, act.points, act.verb, act.channel
        )
        return given

    async def _gives(self, act: Act, _slack: Sandbox, person: Person, how: str = "") -> None:
        given = self._noted(act)
        given.may = {ABSENT, LIVE}
        receivers = " ".join(f"@{one}" for one in act.to)
        line = f"/kudos {how}{receivers} +{act.points} for {given.reason}"
        reply: Reply = await person.types(line, act.channel)
        if reply.is_own:  # else what was said before is answered only now
            self._heard(given, reply.text if reply.ok else "")
            given.shown = reply.message
        if person.open_view is not None:
            if given.reason in person.open_view.all_text:
                given.may = {ABSENT}  # refused: the form asks
            await person.closes()

    async def _gives_in_private(self, act: Act, _slack: Sandbox, person: Person) -> None:
        await self._gives(act, _slack, person, how="private ")

    def _heard(self, given: Given, text: str) -> None:
        """Note what a giver was told; nothing at all, or that it is still being saved, is open."""
        given.told = text
        if THANKED in text:
            given.may = {LIVE}
        elif text and not _is_open(text):
            given.may = {ABSENT}

    async def _gives_by_form(self, act: Act, _slack: Sandbox, person: Person) -> None:
        if person.open_view is not None:
            await person.closes()
        await person.types("/kudos", act.channel)
        view = await person.sees_view_soon(
            lambda one: one.callback_id == ids.GIVE_SUBMIT, within=WAITS_SECONDS
        )
        given = self._noted(act)
        given.may = {ABSENT, LIVE}
        values = {
            ids.GIVE_PEOPLE: list(act.to),
            ids.GIVE_AMOUNT: str(act.points),
            ids.GIVE_REASON: given.reason,
        }
        for _ in range(2):  # what seems not to have worked is tried once more
            reply = await person.submits(values)
            said = "\n".join([view.all_text, *view.errors.values()])
            if reply.ok or reply.error == "errors":
                is_done = THANKED in said or _is_open(said)
                self._heard(given, said if is_done else "\n".join(view.errors.values()))
                break
        await person.closes()

    async def _mentions(self, act: Act, _slack: Sandbox, person: Person) -> None:
        given = self._noted(act)
        receivers = " ".join(f"@{one}" for one in act.to)
        message: Message = await person.types(
            f"@kudos {receivers} +{act.points} for {given.reason}", act.channel
        )
        given.may = {ABSENT, LIVE}  # refused, or lost: that is seen at the end
        given.said_at = message.ts

    # -- Taking back, joining in -----------------------------------------------------------

    async def _undoes(self, act: Act, _slack: Sandbox, person: Person) -> None:
        given = self._record.given.get(act.of)
        if given is None or given.shown is None or LIVE not in given.may:
            self._record.skipped += 1
            return
        reply = await person.presses(ids.KUDOS_UNDO, on=given.shown)
        before = given.may
        given.may = before | {UNDONE}
        if not reply.ok:
            return
        # The confirmation becomes the answer, a moment after the acknowledgement.
        await self._soon(lambda: "Undo" not in given.shown.all_text, WAITS_SECONDS)
        said = given.shown.all_text
        if TOOK_BACK in said or TAKEN_BEFORE in said:
            given.may = {UNDONE}
        elif "Undo" not in said and NOT_SAVED not in said and not _is_open(said):
            given.may = before  # too late, or it was not stored after all

    async def _undoes_the_last(self, act: Act, _slack: Sandbox, person: Person) -> None:
        words = self._record.words_of(act.team, act.who)
        certain = [one for one in words if one.may == {LIVE}]
        is_open = any(len(one.may) > 1 for one in words) or any(
            (team, who) == (act.team, act.who) for team, who, _ in self._record.joined
        )
        if len(certain) != 1 or is_open:  # nobody could say which one it is
            self._record.skipped += 1
            return
        (given,) = certain
        given.may = {LIVE, UNDONE}
        reply: Reply = await person.types("/kudos undo", act.channel)
        if not reply.is_own:
            return
        if reply.ok and TOOK_BACK in reply.text:
            given.may = {UNDONE}
        elif reply.ok and not _is_open(reply.text):
            given.may = {LIVE}

    async def _joins(self, act: Act, _slack: Sandbox, person: Person) -> None:
        given = self._record.given.get(act.of)
        if given is None or act.who in {given.who, *given.to}:
            self._record.skipped += 1
            return
        post = await person.sees_soon(
            lambda one: one.bot_id and given.reason in one.all_text and not one.is_ephemeral,
            given.channel,
            within=WAITS_SECONDS,
        )
        key = act.team, act.who, act.of
        self._record.joined.setdefault(key, {ABSENT, LIVE})
        await person.presses(ids.KUDOS_JOIN, on=post)

    # -- Reactions -------------------------------------------------------------------------

    async def _reacts(self, act: Act, slack: Sandbox, person: Person) -> None:
        (author,) = act.to
        message = await slack.person(author).types("The release is out.", act.channel)
        self._record.messages[act.number] = message
        key = act.team, message.channel_id, message.ts, act.who
        await person.reacts(EMOJI, to=message)
        self._record.reactions[key] = Reacted(act.team, act.who, author)

    async def _unreacts(self, act: Act, _slack: Sandbox, person: Person) -> None:
        await self._changes_reaction(act, person, is_on=False)

    async def _reacts_again(self, act: Act, _slack: Sandbox, person: Person) -> None:
        await self._changes_reaction(act, person, is_on=True)

    async def _changes_reaction(self, act: Act, person: Person, *, is_on: bool) -> None:
        message = self._record.messages.get(act.of)
        if message is None:
            self._record.skipped += 1
            return
        self._record.messages[act.number] = message
        await (person.reacts if is_on else person.unreacts)(EMOJI, to=message)
        key = act.team, message.channel_id, message.ts, act.who
        self._record.reactions[key].is_on = is_on

    # -- Settings, erasing, looking --------------------------------------------------------

    async def _sets_the_allowance(self, act: Act, _slack: Sandbox, person: Person) -> None:
        # It does not come where Slack would not say that they are an admin.
        await opens(person, Section.POINTS, within=WAITS_SECONDS)
        before = self._record.allowances[act.team]
        self._record.allowances[act.team] = before | {act.points}
        reply = await person.submits({"setting:allowance": str(act.points)})
        if reply.ok and person.open_view is None:
            # After an answer that was lost, nobody knows which of the two came last.
            self._record.allowances[act.team] = {act.points, *(before if len(before) > 1 else ())}
        if person.open_view is not None:
            await person.closes()

    async def _is_erased(self, act: Act, _slack: Sandbox, person: Person) -> None:
        home = await person.opens_home(within=WAITS_SECONDS)
        assert home is not None, "it never came"
        await person.presses(ids.DATA_ERASE, on=home)
        await person.sees_view_soon(
            lambda view: view.raw["callback_id"] == ids.DATA_ERASE_SURE, within=WAITS_SECONDS
        )
        self._record.erased[act.team, act.who] = {True, False}
        reply = await person.submits({ids.DATA_ERASE_TYPED: ERASED})
        if reply.ok:
            await person.closes()

    async def _looks(self, act: Act, _slack: Sandbox, person: Person) -> None:
        await person.types("/kudos leaderboard", act.channel)
        await person.opens_home(within=WAITS_SECONDS)

    # -- Waiting ---------------------------------------------------------------------------

    async def _soon(self, is_so: Callable[[], bool], within: float) -> None:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + within
        while not is_so() and loop.time() < ends_at:  # noqa: ASYNC110 - the sandbox is asked
            await asyncio.sleep(0.02)


def _is_open(told: str) -> bool:
    """Return whether somebody was told that it cannot be said yet, or at all."""
    return STILL_SAVING in told or PERHAPS_SAVED in told
