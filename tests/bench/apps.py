"""The processes that several lines measure: Slack, the floor, and the app in its two ways."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import aiohttp

from tests.bench.databases import NOT_SENT, asked
from tests.bench.lean_slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from tests.bench.load import PEOPLE, HttpTarget
from tests.bench.processes import (
    FailedError,
    answers,
    free_port,
    holds,
    of_bench,
    of_product,
    running,
)

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager, AsyncExitStack

    from tests.bench.load import Target
    from tests.bench.plan import Plan
    from tests.bench.processes import Program

BARE, FLOOR, APP, ALL = "bare", "floor", "until_acknowledged", "everything"
QUIET_SECONDS = 2.5
TAKEN = "You thanked"  # what the app says once a kudos is stored


def lean_slack(plan: Plan, *words: str) -> AbstractAsyncContextManager[Program]:
    """Return Slack in a process of its own, which prints its address first."""
    return running(
        plan.tree, plan.folder, of_bench(plan.tree, "lean_slack", "--people", str(PEOPLE), *words)
    )


def floor_url(plan: Plan, database: str, name: str) -> str:
    """Return where a floor stores its rows."""
    is_file = database == "sqlite"
    return f"sqlite:///{plan.folder}/{name}.db" if is_file else plan.postgres.database()


async def floor(plan: Plan, stack: AsyncExitStack, name: str, url: str = "none") -> HttpTarget:
    """Start the floor over HTTP, with a database or without one."""
    port = free_port()
    words = of_bench(plan.tree, "floor", SIGNING_SECRET, str(port), url)
    program = await stack.enter_async_context(running(plan.tree, plan.folder, words))
    await answers(f"http://127.0.0.1:{port}/healthz", program)
    target = HttpTarget(name, program.pid, f"http://127.0.0.1:{port}", "http://127.0.0.1/", "{}")
    return await stack.enter_async_context(target)


async def http_app(
    plan: Plan, stack: AsyncExitStack, name: str, database_url: str, slack_address: str
) -> HttpTarget:
    """Start the app over HTTP; return it once everybody is met."""
    port = free_port()
    program = await started(plan, stack, name, database_url, slack_address, KUDOS_PORT=str(port))
    address = f"http://127.0.0.1:{port}"
    await answers(f"{address}/healthz", program)
    await settled(database_url)
    response_url = f"{slack_address}/{name}/response/none"
    target = HttpTarget(name, program.pid, address, response_url, TAKEN)
    return await stack.enter_async_context(target)


async def started(
    plan: Plan,
    stack: AsyncExitStack,
    name: str,
    database_url: str,
    slack_address: str,
    **environment: str,
) -> Program:
    """Start the app, over HTTP where a port is named; `name` says whether with all that follows."""
    way = {"SLACK_SIGNING_SECRET": SIGNING_SECRET}
    if "KUDOS_PORT" not in environment:
        way = {"SLACK_APP_TOKEN": APP_TOKEN}
    is_whole = name == ALL
    words = of_product("bot", "start") if is_whole else of_bench(plan.tree, "until_acknowledged")
    given = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_API_URL": f"{slack_address}/{name}/api/",
        "DATABASE_URL": database_url,
        "KUDOS_HOME": str(plan.folder),
        **way,
        **environment,
    }
    return await stack.enter_async_context(running(plan.tree, plan.folder, words, **given))


async def settled(database_url: str) -> None:
    """Return once an app that was just started has nothing else to do than what it is sent."""

    def is_everybody_met() -> bool:
        return bool(asked(database_url, "SELECT count(*) FROM members")[0][0] >= PEOPLE)

    await holds(is_everybody_met, "everybody is met")
    settings = json.dumps({"allowance": 10_000})  # so that more rounds do not end in refusals
    asked(database_url, f"UPDATE workspaces SET settings = '{settings}'")  # noqa: S608 - our own
    await asyncio.sleep(1.5)  # settings are kept for a second


async def sent(database_url: str) -> None:
    """Return once the outbox is empty."""
    await holds(lambda: not asked(database_url, NOT_SENT)[0][0], "the outbox is empty")


async def homes_published(slack_address: str) -> None:
    """Return once no Home tab has been published for a while; each is, at most once a second."""
    path, before = f"/{ALL}/api/views.publish", -1
    while (now := (await calls_of(slack_address)).get(path, 0)) != before:
        before = now
        await asyncio.sleep(QUIET_SECONDS)
    if not now:
        raise FailedError("no Home was published")


async def calls_of(slack_address: str) -> dict[str, int]:
    """Return how often Slack was called, by path."""
    async with aiohttp.ClientSession() as session, session.get(f"{slack_address}/calls") as answer:
        calls: dict[str, int] = await answer.json(content_type=None)
    return calls


def check_nothing_followed(calls: dict[str, int]) -> None:
    """Raise if the app that is measured up to the acknowledgement has sent anything after all."""
    signs = ("chat.", "views.", "response/")
    told = [path for path in calls if path.startswith(f"/{APP}/") and any(s in path for s in signs)]
    if told:
        raise FailedError(f"not only up to the acknowledgement was measured: {told}")


async def stored(database_url: str, target: Target) -> None:
    """Return once every command that was acknowledged is stored as a kudos, and no other."""
    expected = target.taken + target.late

    def count() -> int:
        found: int = asked(database_url, "SELECT count(*) FROM kudos")[0][0]
        return found

    await holds(lambda: count() >= expected, f"{expected} kudos are stored")
    if count() != expected:
        raise FailedError(f"{expected} were acknowledged, {count()} are stored")
