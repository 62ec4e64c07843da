"""What it costs that the app listens to much: the most frequent requests, among all its listeners.

In one process, through the same reception and Bolt: an app with every listener that Kudos has, and
one with nothing but one plain listener of Bolt's for that request, in turns. What the listener
does is left out (it acknowledges, and that is all), or its cost would hide the cost of finding it.
The most frequent of all is somebody's emoji on a message; `/kudos` is the most frequent command.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from typing import TYPE_CHECKING, Any, cast

import uvloop
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.config import read_settings
from bot.observability.logs import set_up_logs
from bot.observability.metrics import Metrics
from handlers.giving import reactions, slash_command
from handlers.interaction.rights import anybody
from tests.bench.figures import compared
from tests.bench.lean_slack import TEAM_ID, channel_id, person_id
from tests.bench.load import command
from tests.bench.processes import of_bench, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.async_app import AsyncAck

    from handlers.gateway import SlackGateway
    from tests.bench.figures import Figure
    from tests.bench.plan import Plan

LINE = "dispatch"
BAR = 1.2
REQUESTS, ROUNDS = 400, 15  # a round is short here
EVENT = "reaction_added"
COMMAND = "/kudos"


async def measure(plan: Plan) -> list[Figure]:
    """Return the figures of an event and of a command."""
    rounds = plan.some(ROUNDS) + 1
    plan.say(f"dispatch: {rounds} rounds")
    words = of_bench(plan.tree, "dispatch", str(rounds), str(REQUESTS))
    took = json.loads(await run(plan.tree, plan.folder, words))
    return [
        compared(
            LINE,
            f"{name}, among all listeners, CPU",
            "us",
            took[f"{name} all"],
            took[f"{name} one"],
            bar=BAR,
        )
        for name in (EVENT, COMMAND)
    ]


def reaction(number: int) -> dict[str, Any]:
    """Return the payload of an emoji that somebody adds to a message."""
    ts = f"1750000000.{number:06}"
    return {
        "token": "a-verification-token",
        "team_id": TEAM_ID,
        "api_app_id": "A0BENCH",
        "type": "event_callback",
        "event_id": f"Ev{number:08}",
        "event_time": 1_750_000_000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": "U0BENCHBOT",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-context",
        "event": {
            "type": EVENT,
            "user": person_id(1),
            "reaction": "eyes",
            "item": {"type": "message", "channel": channel_id(0), "ts": ts},
            "item_user": person_id(2),
            "event_ts": ts,
        },
    }


def _app(register: Callable[[AsyncApp], None]) -> SlackGateway:
    receiving = importlib.import_module("handlers.gateway")
    app = AsyncApp(
        authorize=receiving.carried,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
    )
    register(app)
    known = AuthorizeResult(enterprise_id=None, team_id=TEAM_ID, bot_user_id="U0BENCHBOT")

    async def authorized(_team_id: str, _enterprise_id: str | None) -> AuthorizeResult:
        return known

    reception: SlackGateway = receiving.SlackGateway(app, Metrics(), authorized)
    return reception


async def _handle_event(_edge: object, _body: dict[str, Any]) -> None:
    """Be a handler that finds nothing to do."""


async def _handle_command(_edge: object, _body: dict[str, Any], ack: AsyncAck) -> None:
    await ack()


def _put_in_their_places() -> None:
    """Before the listeners are brought together, which is when their module is imported."""
    cast("dict[str, Any]", reactions.EVENTS)[EVENT] = _handle_event
    cast("dict[str, Any]", slash_command.COMMANDS)[COMMAND] = anybody(_handle_command)


def _all(app: AsyncApp) -> None:
    importlib.import_module("handlers.dispatch").register(app, None)


def _one_event(app: AsyncApp) -> None:
    async def listener(body: dict[str, Any]) -> None:
        await _handle_event(None, body)

    app.event(EVENT)(listener)


def _one_command(app: AsyncApp) -> None:
    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await _handle_command(None, body, ack)

    app.command(COMMAND)(listener)


async def _measured(rounds: int, requests: int) -> dict[str, list[float]]:
    headers = {"content-type": "application/json"}
    _put_in_their_places()
    ways = (
        (f"{EVENT} all", _app(_all), reaction),
        (f"{EVENT} one", _app(_one_event), reaction),
        (f"{COMMAND} all", _app(_all), lambda number: command(number, "http://127.0.0.1/")),
        (f"{COMMAND} one", _app(_one_command), lambda number: command(number, "http://127.0.0.1/")),
    )
    took: dict[str, list[float]] = {name: [] for name, _, _ in ways}
    for number in range(rounds):
        for name, reception, payload in ways[:: -1 if number % 2 else 1]:
            payloads = [payload(each) for each in range(requests)]
            began = time.process_time()
            for each in payloads:
                answer = await reception.answer(each, headers)
                if answer.status != 200:
                    raise RuntimeError(f"{name}: {answer.status}")
            if number:
                took[name].append(1e6 * (time.process_time() - began) / requests)
            await asyncio.sleep(0)
    return took


async def _main(rounds: int, requests: int) -> None:
    set_up_logs(read_settings(_env_file=None))
    print(json.dumps(await _measured(rounds, requests)))  # noqa: T201 - read by who started it


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1]), int(sys.argv[2])))
