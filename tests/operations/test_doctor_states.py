"""`kudos doctor` in every state that an operator may leave things in: each has its own sentence."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bot.messages.operations.doctor import finding_told
from bot.messages.text.words import words_for
from bot.operations.doctor import examine
from bot.slack.manifest import read_manifest
from storage.engine.migrate import migrate
from tests.conftest import ROOT, settings_for
from tests.operations.older import make_older, older_file
from tests.programs import environment_for, kept_of_environment, kudos

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox import Sandbox

WORDS = words_for(None)
PERMITTED = 0o600


@dataclass
class State:
    """What an operator has: settings, and files in a folder."""

    slack: Sandbox
    folder: Path
    given: dict[str, object] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return self.folder / "kudos.db"

    def migrated(self) -> None:
        migrate(f"sqlite:///{self.path}")

    def says(self, statement: str) -> None:
        with closing(sqlite3.connect(self.path)) as database:
            database.execute(statement)
            database.commit()

    async def told(self) -> tuple[list[str], list[str]]:
        """Return what is well and what is wrong, in the doctor's words."""
        given = {"database_url": f"sqlite:///{self.path}"} | self.given
        url = str(given.pop("database_url"))
        settings = settings_for(self.slack, url, **given)
        well: list[str] = []
        wrong: list[str] = []
        scopes = read_manifest()["oauth_config"]["scopes"]["bot"]
        async for finding in examine(settings, scopes, self.folder / ".env"):
            (well if finding.is_ok else wrong).append(finding_told(WORDS, finding))
        return well, wrong


@pytest.fixture
def state(slack: Sandbox, tmp_path: Path) -> State:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return State(slack, folder, {"kudos_home": folder})


def fresh(_state: State) -> None:
    """The README's order: the doctor is asked before the first start."""


def well(state: State) -> None:
    state.migrated()


def newer(state: State) -> None:
    state.migrated()
    state.says("UPDATE alembic_version SET version_num = '9999'")


def older(state: State) -> None:
    older_file(state.path, "T0ALPHA")


def half_imported(state: State) -> None:
    state.migrated()
    state.says("UPDATE alembic_version SET version_num = 'importing:' || version_num")


def damaged(state: State) -> None:
    state.path.write_bytes(b"no database " * 800)
    state.path.chmod(PERMITTED)


def in_no_folder(state: State) -> None:
    (state.folder / "file").write_text("", "utf-8")
    state.given["database_url"] = f"sqlite:///{state.folder}/file/kudos.db"


def open_to_others(state: State) -> None:
    state.migrated()
    state.path.chmod(0o644)


def without_its_token(state: State) -> None:
    state.migrated()
    state.given["slack_bot_token"] = ""


def with_another_secret(state: State) -> None:
    state.migrated()
    state.given["slack_signing_secret"] = "client-secret-or-so"


def refused_bot(state: State) -> None:
    state.migrated()
    state.given["slack_bot_token"] = "xoxb-planted"


def refused_app(state: State) -> None:
    state.migrated()
    state.given["slack_app_token"] = "xapp-planted"


def out_of_reach(state: State) -> None:
    state.migrated()
    state.given["slack_api_url"] = "http://127.0.0.1:1/api/"


def down(state: State) -> None:
    state.migrated()
    for method in ("auth.test", "apps.connections.open"):
        state.slack.faults.next(method, "http_500", 9)


def busy(state: State) -> None:
    state.migrated()
    state.slack.faults.next("auth.test", "error", 9, error="service_unavailable")


def lacking(state: State) -> None:
    state.migrated()
    state.says("CREATE TABLE theirs (n INTEGER)")  # what else there is does not matter


STATES: dict[str, tuple[Callable[[State], None], list[str]]] = {
    "a fresh install": (fresh, []),
    "all is well": (well, []),
    "another table beside ours": (lacking, []),
    "a newer version's": (newer, ["This database belongs to a newer version of Kudos."]),
    "an older version's": (older, ["The database has the tables of an older version."]),
    "half imported": (half_imported, ["An import into this database has not ended."]),
    "damaged": (damaged, ["The database does not answer: file is not a database."]),
    "a file as its folder": (
        in_no_folder,
        ["The database's folder cannot be made, since "],
    ),
    "open to others": (open_to_others, ["Others on this machine can read people's data"]),
    "no token": (without_its_token, ["SLACK_BOT_TOKEN is missing."]),
    "another secret": (with_another_secret, ["SLACK_SIGNING_SECRET is no signing secret"]),
    "a refused bot token": (refused_bot, ["Slack does not accept SLACK_BOT_TOKEN (invalid_auth)"]),
    "a refused app token": (refused_app, ["Slack does not accept SLACK_APP_TOKEN (invalid_auth)"]),
    "out of reach": (
        out_of_reach,
        ["Slack did not answer at http://127.0.0.1:1/api/ "],
    ),
    "down": (down, ["Slack did not answer at "]),
    "busy": (busy, ["Slack did not answer at "]),
}


@pytest.mark.parametrize("name", STATES)
async def test_each_state_has_its_own_sentence(state: State, name: str) -> None:
    make, sentences = STATES[name]
    make(state)
    _, wrong = await state.told()
    assert len(wrong) == len(sentences), wrong
    for told, sentence in zip(wrong, sentences, strict=True):
        assert told.startswith(sentence), told


async def test_before_the_first_start_it_says_where_the_database_will_be(state: State) -> None:
    told, wrong = await state.told()
    assert wrong == []
    assert f"There is no database yet; `kudos start` makes it: {state.path}" in told
    assert list(state.folder.iterdir()) == []


async def test_a_fresh_install_in_the_order_of_the_readme_passes(
    slack: Sandbox, tmp_path: Path
) -> None:
    environment = environment_for(slack, f"sqlite:///{tmp_path}/kudos.db")
    permit(tmp_path, 0o700)
    ended = await kudos("doctor", home=tmp_path, **environment)
    assert (ended.code, "✗" in ended.out) == (0, False), ended.out
    assert not (tmp_path / "kudos.db").exists()


def may_not_be_written_to(home: Path) -> None:
    permit(home / "kudos.db", 0o400)


def may_not_be_read(home: Path) -> None:
    permit(home / "kudos.db", 0o000)


def may_not_be_entered(home: Path) -> None:
    permit(home, 0o600)


def is_a_folder(home: Path) -> None:
    (home / "kudos.db").unlink()
    (home / "kudos.db").mkdir(0o700)


FILES = {
    may_not_be_written_to: (
        "The database can be read, but nothing can be stored in it: {home}/kudos.db may not be w",
        "",
    ),
    may_not_be_read: ("The account that runs Kudos may not read {home}/kudos.db. ", ""),
    may_not_be_entered: (
        "The account that runs Kudos may not enter the folder {home}, in which its database ",
        "The account that runs this may not get at {home}/",
    ),
    is_a_folder: ("{home}/kudos.db is a folder, and the database is a file: ", ""),
}


async def test_what_keeps_a_file_from_being_the_database_is_told_with_all_else(
    slack: Sandbox, tmp_path: Path
) -> None:
    environment = environment_for(slack, "")
    (tmp_path / "copy.db").write_text("", "utf-8")
    for spoil, (told_by_doctor, told_by_others) in FILES.items():
        home = tmp_path / spoil.__name__
        home.mkdir(mode=0o700)
        migrate(f"sqlite:///{home}/kudos.db")
        spoil(home)
        code, out = await without_the_rights_of_root("doctor", home=home, **environment)
        assert code == 1, out
        [told] = [line for line in out.splitlines() if line.startswith("✗")]
        assert told.startswith(f"✗ {told_by_doctor.format(home=home)}")
        assert "✓ The app-level token opens Socket Mode connections." in out
        for words in ("backup", "restore copy.db") if told_by_others else ():
            code, out = await without_the_rights_of_root(words, home=home, **environment)
            assert code == 2, out
            assert out.splitlines()[-1].startswith(told_by_others.format(home=home))
            assert "Errno" not in out


async def without_the_rights_of_root(
    words: str, *, home: Path, **environment: str
) -> tuple[int | None, str]:
    command = [sys.executable, "-m", "bot", *words.split()]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("for root nothing is read-only, and there is no setpriv to change that")
        command = [setpriv, "--bounding-set=-dac_override,-dac_read_search", *command]
    process = await asyncio.create_subprocess_exec(
        *command,
        env=kept_of_environment()
        | environment
        | {"KUDOS_HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        cwd=home.parent,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out = (await process.communicate())[0].decode()
    return process.returncode, out


async def test_a_server_without_tables_of_an_older_version_or_without_writes_is_told(
    state: State, postgres_empty: str
) -> None:
    state.given["database_url"] = postgres_empty
    assert (await state.told())[1] == ["The database has no tables yet. Run: kudos migrate"]
    make_older(postgres_empty, "T0ALPHA")
    [told] = (await state.told())[1]
    assert told.startswith("The database has the tables of an older version.")
    migrate(postgres_empty)
    assert (await state.told())[1] == []
    end = "&" if "?" in postgres_empty else "?"
    state.given["database_url"] = (
        f"{postgres_empty}{end}options=-c%20default_transaction_read_only%3Don"
    )
    [told] = (await state.told())[1]
    assert told.startswith("The database can be read, but nothing can be stored in it: it takes no")
    assert told.endswith(
        "Name the server that takes writes in DATABASE_URL, or have that setting taken from this "
        "one."
    )
    state.given["database_url"] = "postgresql+psycopg://nobody:s3cret@127.0.0.1:1/kudos"
    [told] = (await state.told())[1]
    assert told.startswith("The database does not answer: ")
    assert "s3cret" not in told


async def test_sizes_are_told(state: State) -> None:
    state.migrated()
    told, _ = await state.told()
    [sizes] = [line for line in told if line.startswith("The database has ") and "kB" in line]
    assert "Its longest tables: " in sizes


def permit(path: Path, mode: int) -> None:
    path.chmod(mode)
