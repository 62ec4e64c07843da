"""What tests stand on: a real database of each kind, the sandbox and the app over sockets."""

from __future__ import annotations

import gc
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
import structlog
import yaml

from bot.app import KudosApp, open_store
from bot.config import Settings, read_settings
from bot.sandbox import Sandbox
from storage.engine.migrate import migrate
from tests import examples, faked, postgres, seed, selection
from tests.browser.chromium import LEFT_OUT, browser_tests_are_left_out
from tests.calls_heard import CallsHeard
from tests.faults.bouncer import LEFT_OUT as NO_PGBOUNCER
from tests.faults.bouncer import pgbouncer_tests_are_left_out
from tests.logs_heard import Heard
from tests.patience import SLACKS_SECONDS, WAIT_SECONDS, be_patient, is_in_slacks_time
from tests.team_in_query import Watch
from tests.walks import WalksWatched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator

    from storage.engine.store import Store

ROOT = Path(__file__).parent.parent
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
SANDBOX = ROOT / "tests" / "sandbox"
HISTORY_SCOPES = ("channels:history", "groups:history", "im:history", "im:write")

HEARD = Heard()
HEARD.start()
CALLS = CallsHeard()
CALLS.start()
# Rich tracebacks, which structlog uses by itself, take seconds and stop the event loop meanwhile.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        HEARD.processor,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)

DATABASES = ("sqlite", "postgres")

WATCH = Watch()
WATCH.start()
WALKS = WalksWatched()
WALKS.start()

examples.begin()
faked.sleep_as_long_as_told()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    seed.begin(config)
    if postgres.begin():
        config.add_cleanup(postgres.end)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    selection.mark(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    seed.begin_test(item)


@pytest.fixture(autouse=True)
def every_query_takes_the_workspace() -> Iterator[Watch]:
    """Hold the rule over whatever a test makes the product ask."""
    WATCH.found.clear()
    yield WATCH
    assert WATCH.found == []


@pytest.fixture(autouse=True)
def no_log_tells_secrets_or_what_people_wrote() -> Iterator[Heard]:
    """Hold the rule over whatever is logged during a test."""
    HEARD.found.clear()
    yield HEARD
    assert HEARD.found == []


@pytest.fixture(autouse=True)
def no_call_is_one_that_slack_cannot_take(request: pytest.FixtureRequest) -> Iterator[CallsHeard]:
    """Hold the rule over every call that the product makes; the sandbox's own tests break it."""
    CALLS.found.clear()
    yield CALLS
    is_forged = request.node.get_closest_marker("forged") is not None
    if SANDBOX not in request.path.parents and not is_forged:
        assert CALLS.found == []


@pytest.fixture(autouse=True)
def no_query_walks_through_a_workspace(sqlite_template: Path) -> Iterator[WalksWatched]:
    """Hold the rule over whatever a test makes the product ask."""
    WALKS.plan_by(sqlite_template)
    WALKS.found.clear()
    yield WALKS
    assert WALKS.found == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    # Before 3.11.8, Python fails to parse what pytest shows of a failure if finalizers run and
    # another thread parses meanwhile: https://github.com/python/cpython/issues/106905.
    gc.disable()
    try:
        report = yield
        seed.tell(report)
        return report
    finally:
        gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Here and not beside the browser's tests: with several workers, only this file is loaded by
    # the process that writes the summary.
    terminalreporter.write_line(f"{seed.SETTING}={seed.current()}")
    if browser_tests_are_left_out():
        terminalreporter.write_line(LEFT_OUT, yellow=True)
    if pgbouncer_tests_are_left_out():
        terminalreporter.write_line(NO_PGBOUNCER, yellow=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


IN_MEMORY = Path("/dev/shm")
IN_MEMORY_BYTES = 1 << 30


@pytest.fixture
def database_folder(tmp_path: Path) -> Iterator[Path]:
    """Where a test's SQLite file lies: in memory where there is room, as each commit is synced."""
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > IN_MEMORY_BYTES:
        with TemporaryDirectory(prefix="kudos-sqlite-", dir=IN_MEMORY) as folder:
            yield Path(folder)
    else:
        yield tmp_path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real server: one from a wheel, or `KUDOS_TEST_DATABASE_URL`."""
    with postgres.shared_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> tuple[str, str]:
    """The server's address and the name of a migrated, empty database in it, to be copied."""
    return postgres_server, postgres.template(postgres_server)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, database_folder: Path) -> Iterator[str]:
    """A migrated, empty database: each test that uses it runs on SQLite and on Postgres."""
    if request.param == "sqlite":
        yield f"sqlite:///{_copied(request.getfixturevalue('sqlite_template'), database_folder)}"
        return
    server, template = request.getfixturevalue("postgres_template")
    with postgres.new_database(server, f"TEMPLATE {template} STRATEGY file_copy") as url:
        yield url


@pytest.fixture
def postgres_empty(postgres_server: str) -> Iterator[str]:
    """A database on the Postgres server without any tables."""
    with postgres.new_database(postgres_server) as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, database_folder: Path) -> str:
    """A migrated, empty SQLite file, for what can only happen to a file."""
    return f"sqlite:///{_copied(sqlite_template, database_folder)}"


def _copied(template: Path, folder: Path) -> Path:
    return Path(shutil.copy(template, folder / "kudos.db"))


@dataclass
class Clock:
    """A clock that a test sets; it stands still by itself."""

    now: datetime = field(default=datetime(2026, 11, 18, 12, 0, tzinfo=UTC))  # a Wednesday

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """How long Slack waits for an answer; what is late only as the machine is busy is not late."""
    if is_in_slacks_time(request):
        return SLACKS_SECONDS
    be_patient(monkeypatch)
    return WAIT_SECONDS


@pytest.fixture
async def slack(patience: float) -> AsyncIterator[Sandbox]:
    """A workspace in which the app is installed as `manifest.yml` says."""
    async with Sandbox(MANIFEST, ack_seconds=patience) as sandbox:
        yield sandbox


def settings_for(sandbox: Sandbox, database_url: str, **more: Any) -> Settings:
    """The settings of an app that runs against the sandbox; Socket Mode unless told otherwise."""
    given = {
        "slack_bot_token": sandbox.bot_token,
        "slack_app_token": sandbox.app_token,
        "slack_signing_secret": sandbox.signing_secret,
        "slack_api_url": sandbox.api_url,
        "database_url": database_url,
    }
    return read_settings(_env_file=None, **(given | more))


@asynccontextmanager
async def running(
    sandbox: Sandbox,
    database_url: str,
    clock: Callable[[], datetime],
    *,
    welcomes: bool = True,
    **more: Any,
) -> AsyncIterator[KudosApp]:
    """The whole app, in this process, over real sockets.

    Its first message of all, to the owner, is waited for, so that no test meets it in the middle
    of its own; `welcomes` is False where it does not come.
    """
    settings = settings_for(sandbox, database_url, **more)
    async with KudosApp(settings, open_store(settings, clock), clock) as kudos_app:
        if welcomes:
            await sandbox.person("fatima").sees_soon(lambda _: True, "app")
        yield kudos_app


@pytest.fixture
async def app(slack: Sandbox, database_url: str, clock: Clock) -> AsyncIterator[KudosApp]:
    """The app on each of the two databases."""
    async with running(slack, database_url, clock) as kudos_app:
        yield kudos_app


@pytest.fixture
async def store(database_url: str, clock: Clock) -> AsyncIterator[Store]:
    """A second way into the app's database, to see what is stored."""
    opened = open_store(read_settings(_env_file=None, database_url=database_url), clock)
    yield opened
    await opened.close()
