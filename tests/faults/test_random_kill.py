"""`kill -9` at random moments under a stream of commands and events.

`KUDOS_FAULT_ROUNDS` sets how many kills, `KUDOS_FAULT_SEED` repeats a run that failed.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.faults.books import CHANNELS, PEOPLE
from tests.faults.workday import (
    NOT_SAVED,
    THANKED,
    check_posted_once,
    everything_sent,
    posts,
    thanks,
)

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Delivery, Reply
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

ROUNDS = int(os.environ.get("KUDOS_FAULT_ROUNDS", "6"))  # noqa: TID251 - settings of the tests
SEED = os.environ.get("KUDOS_FAULT_SEED")  # noqa: TID251
PEOPLE_AT_ONCE = 5
LONGEST_ROUND_SECONDS = 1.5
LONGEST_PAUSE_SECONDS = 0.15


class Stream:
    """People who give, react and take reactions away, while Slack repeats itself."""

    def __init__(self, slack: Sandbox, chance: random.Random) -> None:
        self.replies: dict[str, tuple[str, Reply]] = {}  # by reason: where, and the answer
        self.reactions: dict[tuple[str, str], bool] = {}  # message and person: whether it is on
        self._slack = slack
        self._chance = chance
        self._messages = 0
        self._repeating: list[asyncio.Task[None]] = []

    async def round(self, seconds: float) -> list[asyncio.Task[None]]:
        """Let people work for a while; return what is still going on."""
        loop = asyncio.get_running_loop()
        until_time = loop.time() + seconds

        async def work(who: str) -> None:
            while loop.time() < until_time:
                await self._act(who)
                await asyncio.sleep(self._chance.uniform(0, LONGEST_PAUSE_SECONDS))

        people = self._chance.sample(PEOPLE, PEOPLE_AT_ONCE)
        tasks = [asyncio.create_task(work(who)) for who in people]
        await asyncio.sleep(seconds)
        return tasks

    async def _act(self, who: str) -> None:
        channel = self._chance.choice(CHANNELS)
        to = self._chance.choice([one for one in PEOPLE if one != who])
        if self._chance.random() < 0.5:
            self._messages += 1
            reason = f"part {self._messages} of the work,"
            reply = await thanks(self._slack, reason, by=who, to=to, channel=channel)
            self.replies[reason] = channel, reply
            return
        message = await self._slack.person(to).types("The release is out.", channel)
        person = self._slack.person(who)
        await person.reacts("trophy", to=message)
        self._repeat(self._slack.deliveries[-1])
        self.reactions[message.ts, person.id] = True
        if self._chance.random() < 0.25:
            await asyncio.sleep(self._chance.uniform(0, LONGEST_PAUSE_SECONDS))
            await person.unreacts("trophy", to=message)
            self._repeat(self._slack.deliveries[-1])
            self.reactions[message.ts, person.id] = False

    def _repeat(self, delivery: Delivery) -> None:
        """Deliver an event once or twice more, soon, as Slack is known to."""

        async def repeat(times: int, after: float) -> None:
            await asyncio.sleep(after)
            await self._slack.deliver_again(delivery, times)

        times, after = self._chance.randint(0, 2), self._chance.uniform(0, 3)
        self._repeating.append(asyncio.create_task(repeat(times, after)))

    async def settle(self) -> None:
        """Return when Slack has delivered everything, as often as it takes."""
        await asyncio.gather(*self._repeating)
        await self._slack.pending()
        for delivery in self._slack.deliveries:
            if delivery.type == "events_api" and not delivery.acked:
                await self._slack.deliver_again(delivery)
                assert delivery.acked, (delivery.error, delivery.payload)


@pytest.mark.timeout(120 + 30 * ROUNDS)
async def test_what_was_acknowledged_is_stored_once_and_posted_once_whenever_it_is_killed(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    seed = SEED or str(random.SystemRandom().randrange(10**9))
    print(f"KUDOS_FAULT_SEED={seed}, {ROUNDS} rounds")  # noqa: T201 - shown when it fails
    chance = random.Random(seed)  # noqa: S311
    books.give_plenty()
    stream = Stream(slack, chance)
    at_work: list[asyncio.Task[None]] = []
    for number in range(ROUNDS):
        seconds = chance.uniform(0.05, LONGEST_ROUND_SECONDS)
        at_work += await stream.round(seconds)
        await kudos.kill()
        print(f"round {number}: killed after {seconds:.2f} s, {books.count()} kudos")  # noqa: T201
        books.let_leases_run_out()
        await kudos.up()
    at_work += await stream.round(LONGEST_ROUND_SECONDS)  # in which nobody is killed
    await asyncio.gather(*at_work)
    await stream.settle()
    await everything_sent(slack, books)

    stored = books.reasons()
    told: Counter[str] = Counter()
    for reason, (channel, reply) in stream.replies.items():
        outcome = _outcome(reply)
        told[outcome] += 1
        assert stored[reason] <= 1, f"{reason} stored twice"
        assert len(posts(slack, reason, channel)) == stored[reason], reason
        if outcome == THANKED:
            assert stored[reason] == 1, f"{reason} lost"
        if outcome == NOT_SAVED:
            assert stored[reason] == 0, f"{reason} denied"
    on = [key for key, is_on in stream.reactions.items() if is_on]
    assert books.live_reactions() == dict.fromkeys(on, 1)
    print(f"{dict(told)}, {len(stream.reactions)} reactions, {len(on)} of them on")  # noqa: T201
    check_posted_once(slack, books)
    books.check_sums()
    assert told[THANKED] > 0
    assert len(stream.reactions) > 0


def _outcome(reply: Reply) -> str:
    if not reply.ok:
        return reply.error or "failed"
    for words in (THANKED, NOT_SAVED):
        if words in reply.text:
            return words
    return reply.text
