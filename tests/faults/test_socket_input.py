"""What comes over a socket and is no envelope, or an envelope of something that Slack never sends.

`KUDOS_FAULT_SEED` repeats a run that failed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from structlog.testing import capture_logs

from tests.conftest import running
from tests.faults.bad_input import PLANTED, broken, odd, of_nowhere, samples
from tests.watching import all_kudos, on_sqlite, outbox_states

if TYPE_CHECKING:
    import pytest

    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

SEED = os.environ.get("KUDOS_FAULT_SEED")  # noqa: TID251 - a setting of the tests
COUNT = 300
ENVELOPE: dict[str, Any] = {"type": "events_api", "envelope_id": "e", "payload": {}}
_CHANGED: tuple[dict[str, Any], ...] = (
    {"payload": None},
    {"payload": "words"},
    {"payload": []},
    {"payload": {"type": "event_callback"}},
    {"type": None},
    {"type": "something_new"},
    {"envelope_id": None},
    {"envelope_id": {"x": 1}},
    {"retry_attempt": "soon", "retry_reason": 5},
    {"retry_attempt": [], "retry_reason": {}},
)
FRAMES = (
    "",
    "hello",
    "{",
    "[]",
    "null",
    '{"type": 5}',
    '{"envelope_id": 5}',
    "[" * 100_000,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    *(json.dumps(ENVELOPE | changed) for changed in _CHANGED),
)


@on_sqlite
async def test_what_is_no_envelope_is_left_and_the_next_one_is_answered(
    slack: Sandbox,
    database_url: str,
    store: Store,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    seed = int(SEED) if SEED else random.randrange(10**6)  # noqa: S311 - no secret
    print(f"KUDOS_FAULT_SEED={seed}")  # noqa: T201 - pytest shows it if the test fails
    chance = random.Random(seed)  # noqa: S311
    caplog.set_level(logging.WARNING)
    async with running(slack, database_url, clock):
        with capture_logs() as logs:
            for frame in FRAMES:
                await slack.say_over_sockets(frame)
            every = samples(slack)
            for _ in range(COUNT):
                sample = chance.choice(every)
                payload = chance.choice(
                    (broken(sample, chance)[1], odd(sample, chance), of_nowhere(sample))
                )
                envelope = {"type": sample.way, "envelope_id": uuid4().hex, "payload": payload}
                await slack.say_over_sockets(json.dumps(envelope))
            await asyncio.sleep(0.5)
            assert (await slack.person("ada").types("/kudos help")).text.startswith("How to give")
    faults = [line for line in logs if line["log_level"] in {"error", "critical"}]
    assert faults == []
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []
    assert PLANTED not in repr(logs) + caplog.text
    assert sum(line["event"] == "malformed_request" for line in logs) > COUNT / 4
    assert (await all_kudos(store, slack.team_id)) == []
    assert (await outbox_states(store, slack.team_id)) == {}
