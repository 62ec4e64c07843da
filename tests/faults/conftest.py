"""The real process, a workspace whose retries are quick, and a look into the store."""

from __future__ import annotations

import os
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox import Sandbox
from tests.conftest import HISTORY_SCOPES, MANIFEST
from tests.faults.books import Books
from tests.faults.process import KudosProcess
from tests.faults.servers import OwnPostgres
from tests.faults.workday import everything_sent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

# Slack waits a minute and five before its later retries; here they come while the test looks on.
RETRY_DELAYS = (0.1, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0)

REPEATS = int(os.environ.get("KUDOS_FAULT_REPEATS", "1"))  # noqa: TID251 - a setting of the tests


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test so many times, for long runs."""
    if REPEATS > 1:
        metafunc.fixturenames.append("time_of_many")
        metafunc.parametrize("time_of_many", range(1, REPEATS + 1))


def manifest_with_history() -> dict[str, Any]:
    """What `kudos manifest --with-history` stands for: the app may look for its own posts."""
    manifest = deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"] += HISTORY_SCOPES
    return manifest


@pytest.fixture
async def slack(reads_history: bool) -> AsyncIterator[Sandbox]:
    manifest = manifest_with_history() if reads_history else MANIFEST
    async with Sandbox(manifest, retry_delays=RETRY_DELAYS) as sandbox:
        yield sandbox


@pytest.fixture
def reads_history() -> bool:
    """Whether the app may read the history of channels; a test parametrizes it."""
    return True


@pytest.fixture
def books(slack: Sandbox, database_url: str) -> Books:
    return Books(database_url, slack.team_id)


@pytest.fixture
def new_process(
    slack: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., KudosProcess]]:
    """Makes processes; they end with the test, and none may have met a bug of ours."""
    made: list[KudosProcess] = []

    def make(database_url: str, **environment: str) -> KudosProcess:
        folder = tmp_path_factory.mktemp("process")
        made.append(KudosProcess(slack, database_url, folder, **environment))
        return made[-1]

    yield make
    for process in made:
        process.end()
    assert [line for process in made for line in process.complaints()] == []


@pytest.fixture
async def kudos(
    new_process: Callable[..., KudosProcess], slack: Sandbox, books: Books, database_url: str
) -> KudosProcess:
    """The program, listening, on each of the two databases; its welcome to the owner is out."""
    process = await new_process(database_url).up()
    await slack.person("fatima").sees_soon(lambda _: True, "app")
    await everything_sent(slack, books)
    return process


@pytest.fixture(scope="session")
def storm_postgres() -> Iterator[OwnPostgres]:
    """A server that may be restarted, and knows when each transaction was committed."""
    server = OwnPostgres()
    server.note_commit_times()
    yield server
    server.end()
