"""Bugs to be found: each is put into the program when it starts, in a process of its own.

What is replaced must be there: where the product has moved on, the process ends at once, and the
test that waits for the bug says so.
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from secrets import token_hex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# Of givers; what a process takes on for itself stays locked.
LOCKS = re.compile(
    r"\sFOR (?:NO KEY )?UPDATE(?: OF members SKIP LOCKED|(?: OF \w+)?+(?! SKIP LOCKED))"
)
SLOW_SECONDS = 1.0  # as much as there may be between two steps on a busy day


def plant(name: str) -> None:
    """Put a bug into this process."""
    BUGS[name]()


def _replace(where: object, name: str, make: Callable[[Any], Any]) -> None:
    setattr(where, name, make(getattr(where, name)))


def a_commit_is_lost() -> None:
    """Every fifth kudos is answered, and rolled back."""
    from storage.engine.sqlite import SqliteStore  # noqa: PLC0415

    turns = count(1)

    def make(write: Any) -> Any:
        async def lossy(self: Any, service: Any, request: Any) -> Any:
            if service.__name__ != "give" or next(turns) % 5:
                return await write(self, service, request)
            answers: list[Any] = []

            def answered(*of: Any) -> None:
                answers.append(service(*of))
                raise _RolledBackError

            with suppress(_RolledBackError):
                await write(self, answered, request)
            return answers[0]

        return lossy

    _replace(SqliteStore, "write", make)


def a_unique_key_is_missing() -> None:
    """The same act that comes again is another one."""
    from bot.services.giving import kudos as giving  # noqa: PLC0415
    from storage import kudos  # noqa: PLC0415

    def make(add: Any) -> Any:
        def add_another(
            session: Any, together: Any, given: Any, natural_key: str, booking: Any
        ) -> Any:
            return add(session, together, given, natural_key + token_hex(4), booking)

        return add_another

    _replace(kudos, "add_kudos", make)
    _ask_nothing(giving)


def _ask_nothing(giving: object) -> None:
    """Plants that nobody is asked whether they mean it once more, which hides what comes twice."""
    _replace(giving, "given_just_now", lambda _find: lambda *_: None)


def the_allowance_is_checked_outside_the_lock() -> None:
    """Two who spend at the same moment do not wait for each other."""
    import psycopg  # noqa: PLC0415

    from bot.services.giving import kudos  # noqa: PLC0415

    def unlocked(execute: Any) -> Any:
        def run(self: Any, query: Any, *more: Any, **how: Any) -> Any:
            if isinstance(query, str):
                query = LOCKS.sub("", query)
            return execute(self, query, *more, **how)

        return run

    _replace(psycopg.Cursor, "execute", unlocked)

    def make(allowance_of: Any) -> Any:
        def slowly(*of: Any) -> Any:
            allowance = allowance_of(*of)
            time.sleep(SLOW_SECONDS / 3)
            return allowance

        return slowly

    _replace(kudos, "allowance_of", make)


def an_allowance_is_no_limit() -> None:
    """Whoever has nothing left may give all the same."""
    from bot.domain.allowance import Allowance  # noqa: PLC0415

    _replace(Allowance, "pay", lambda pay: lambda self, points: pay(replace(self, left=99), points))


def it_is_acknowledged_too_early() -> None:
    """An event is acknowledged, and what it says is done afterwards, as Bolt does by itself."""
    from handlers import dispatch  # noqa: PLC0415
    from handlers.payloads.classify import PayloadKind  # noqa: PLC0415

    def make(noting: Any) -> Any:
        events = noting[PayloadKind.EVENT]
        note = events["app_mention"]

        async def note_later(context: Any, body: Any) -> None:
            async def later() -> None:
                await asyncio.sleep(SLOW_SECONDS)
                await note(context, body)

            context.start(later())

        return {**noting, PayloadKind.EVENT: {**events, "app_mention": note_later}}

    _replace(dispatch, "_NOTING", make)


def messages_are_wished_for_after_the_commit() -> None:
    """The outbox is written in a transaction of its own, a moment later."""
    from bot.services.giving import kudos  # noqa: PLC0415
    from handlers.interaction.context import HandlerContext  # noqa: PLC0415

    held: list[Any] = []

    def make(outbox: Any) -> Any:
        def hold(_together: Any, wishes: Any, _now: Any) -> None:
            held.append((outbox.enqueue, wishes))

        return _Other(outbox, enqueue_with=hold)

    def write_later(write: Any) -> Any:
        async def both(self: Any, service: Any, request: Any) -> Any:
            result = await write(self, service, request)

            async def wish_now() -> None:
                await asyncio.sleep(SLOW_SECONDS)
                while held:
                    wish, wishes = held.pop()
                    await self.store.write(wish, wishes)
                self.wake_delivery()

            self.start(wish_now())
            return result

        return both

    _replace(kudos, "outbox", make)
    _replace(HandlerContext, "write", write_later)


def a_lease_is_no_lease() -> None:
    """What one process is sending at this moment the next look takes on again."""
    from storage import outbox  # noqa: PLC0415

    _replace(outbox, "LEASE", lambda _: timedelta(0))


def boards_keep_what_was_taken_back() -> None:
    """Undoing a kudos leaves it in the totals."""
    from storage import standings  # noqa: PLC0415

    _replace(standings, "count_out", lambda _: lambda *_of: None)


def points_do_not_come_back() -> None:
    """Undoing a kudos books nothing."""
    from storage import ledger  # noqa: PLC0415

    _replace(ledger, "book_reversal", lambda _: lambda *_of: None)


def workspaces_are_mixed_up() -> None:
    """Every third post of a kudos goes out with the token of another workspace."""
    from bot.domain.outbox import OutboxKind  # noqa: PLC0415
    from bot.workers.posting import Posting  # noqa: PLC0415

    turns, known = count(1), dict[str, None]()

    def make(post: Any) -> Any:
        async def mixed(self: Any, claimed: Any, *more: Any) -> Any:
            known[claimed.team_id] = None
            others = [one for one in known if one != claimed.team_id]
            if claimed.kind is OutboxKind.KUDOS_POSTED and others and not next(turns) % 3:
                claimed = replace(claimed, team_id=others[0])
            return await post(self, claimed, *more)

        return mixed

    _replace(Posting, "post", make)


def each_try_has_a_new_key() -> None:
    """An event that Slack sends again, since the answer was lost, counts again."""
    from bot.services.giving import kudos as giving  # noqa: PLC0415
    from handlers.giving import mentions  # noqa: PLC0415

    def make(give: Any) -> Any:
        def with_new_key(session: Any, request: Any, now: Any) -> Any:
            key = f"{request.natural_key}:{token_hex(4)}"
            return give(session, replace(request, natural_key=key), now)

        return with_new_key

    _replace(mentions, "give", make)
    _ask_nothing(giving)


def a_scheduled_post_has_no_key() -> None:
    """Whoever looks finds it due, however often it was posted."""
    from bot.services.posts import schedules  # noqa: PLC0415
    from storage import schedules as stored  # noqa: PLC0415

    turns = count(1)

    def make(find: Any) -> Any:
        def found(*of: Any) -> Any:
            progress = find(*of)
            progress.done.clear()
            progress.last_at.clear()
            return progress

        return found

    _replace(stored, "find_progress", make)
    _replace(
        schedules,
        "_message_of",
        lambda wish: lambda of: replace(wish(of), key=f"{wish(of).key}:{min(next(turns), 3)}"),
    )


def a_doubt_is_forgotten() -> None:
    """What Slack may have taken is sent again without a look."""
    from storage import outbox  # noqa: PLC0415

    _replace(
        outbox,
        "settle_retry",
        lambda settle: (
            lambda session, claimed, **how: settle(session, claimed, **how | {"in_doubt": False})
        ),
    )


def what_is_to_be_sent_is_noted_as_sent() -> None:
    """A message is noted as sent before it is."""
    from bot.services.outbox import outbox  # noqa: PLC0415
    from bot.workers.delivery import Delivery  # noqa: PLC0415

    def make(send: Any) -> Any:
        async def noted_first(self: Any, claimed: Any, *more: Any) -> Any:
            await self._note(outbox.note_sent, outbox.Sent(claimed, None, None))
            await asyncio.sleep(SLOW_SECONDS)
            return await send(self, claimed, *more)

        return noted_first

    _replace(Delivery, "_send_in_turn", make)


def the_last_event_wins() -> None:
    """Of a reaction and its removal counts what comes last, not what was done last."""
    from bot.services.giving import reactions  # noqa: PLC0415

    def forgetful(tones: Any, reaction: str, event_ts: str, *, is_added: bool) -> Any:
        return tones | {reaction: (event_ts, is_added)}

    _replace(reactions, "with_event", lambda _: forgetful)


class _RolledBackError(Exception):
    """Ends a transaction whose answer is given all the same."""


class _Other:
    """A module with something else in its place, for those alone who see it through this."""

    def __init__(self, module: object, **others: object) -> None:
        self._module = module
        for name in others:
            getattr(module, name)  # it must be there
        self.__dict__.update(others)

    def __getattr__(self, name: str) -> object:
        return getattr(self._module, name)


BUGS: dict[str, Callable[[], None]] = {
    bug.__name__: bug
    for bug in (
        a_commit_is_lost,
        a_unique_key_is_missing,
        the_allowance_is_checked_outside_the_lock,
        an_allowance_is_no_limit,
        it_is_acknowledged_too_early,
        messages_are_wished_for_after_the_commit,
        a_lease_is_no_lease,
        boards_keep_what_was_taken_back,
        points_do_not_come_back,
        workspaces_are_mixed_up,
        each_try_has_a_new_key,
        a_scheduled_post_has_no_key,
        a_doubt_is_forgotten,
        what_is_to_be_sent_is_noted_as_sent,
        the_last_event_wins,
    )
}
