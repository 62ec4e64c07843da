"""What holds people's data or secrets is its owner's alone, whatever the umask: real files."""

from __future__ import annotations

import json
import os
import stat
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.faults.process import KudosProcess
from tests.operations.older import add_workspace
from tests.preloaded import UMASK
from tests.programs import environment_for, kudos, started

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox import Sandbox

UMASKS = pytest.mark.parametrize("umask", [0o000, 0o022])


@asynccontextmanager
async def running_in(slack: Sandbox, home: Path, umask: int = 0o022) -> AsyncIterator[KudosProcess]:
    """Run the app with a home under a umask."""
    url = f"sqlite:///{home / 'kudos.db'}"
    process = KudosProcess(slack, url, home.parent, KUDOS_HOME=str(home))
    UMASK.set(umask)
    try:
        yield await process.up()
        await process.kill()
    finally:
        process.end()


def open_to_others(folder: Path, *, but: frozenset[str] = frozenset()) -> list[str]:
    """Return what lies below the folder and could be read or changed by anybody but its owner."""
    return [
        f"{path.relative_to(folder)} {stat.S_IMODE(path.stat().st_mode):o}"
        for path in sorted(folder.rglob("*"))
        if path.stat().st_mode & 0o077 and path.name not in but
    ]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@UMASKS
async def test_whatever_a_command_writes_is_its_owners_alone(umask: int, tmp_path: Path) -> None:
    UMASK.set(umask)
    home = tmp_path / "home"
    database = home / "kept" / "here" / "kudos.db"  # none of these folders is there yet
    environment = {"DATABASE_URL": f"sqlite:///{database}"}
    for words in (
        ["migrate"],
        ["export", "kudos.jsonl"],
        ["export", "kudos.csv", "--format", "csv"],
        ["export", "all.jsonl", "--what", "all"],
        ["backup"],
        ["backup", "copy.db"],
    ):
        ended = await kudos(*words, home=tmp_path, **environment)
        assert ended.code == 0, ended
        if words == ["migrate"]:
            add_workspace(environment["DATABASE_URL"])
    assert open_to_others(tmp_path) == []
    assert mode(database) == 0o600
    assert mode(database.parent.parent) == 0o700
    for name in ("kudos.jsonl", "kudos.csv", "all.jsonl", "copy.db"):
        assert mode(tmp_path / name) == 0o600


@UMASKS
async def test_what_kudos_writes_while_it_runs_is_its_owners_alone(
    slack: Sandbox, umask: int, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    async with running_in(slack, home, umask):
        reply = await slack.person("ada").types("/kudos @bo for the payload", "general")
        assert reply.text.startswith("You thanked Bo")
        assert {path.name.partition("process-")[0] for path in home.iterdir()} == {
            "kudos.db",
            "kudos.db-",  # the file that tells that the process is at work
            "kudos.db-wal",
            "kudos.db-shm",
        }
        assert open_to_others(tmp_path, but=frozenset({"kudos.log"})) == []  # the test's own


@UMASKS
async def test_the_files_of_the_demo_are_its_owners_alone(umask: int, tmp_path: Path) -> None:
    UMASK.set(umask)
    words = ("demo", "--no-browser", "--port", "0")
    process = await started(*words, home=tmp_path, KUDOS_HOME=str(tmp_path / "home"))
    assert (await process.says()).startswith("Kudos is ready")
    assert open_to_others(tmp_path) == []
    assert (tmp_path / "home" / "demo" / "slack.db").exists()
    process.terminate()
    await process.ended()


async def test_what_was_left_open_is_made_private_at_the_start_and_told_once(
    slack: Sandbox, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / "backups").mkdir(parents=True)
    home.chmod(0o755)
    for name in ("kudos.db", "backups/kudos-20260101-000000.db"):
        await kudos("migrate", home=tmp_path, DATABASE_URL=f"sqlite:///{home / name}")
        (home / name).chmod(0o644)
    (tmp_path / ".env").write_text("KUDOS_LOG_LEVEL=info\n", "utf-8")
    (tmp_path / ".env").chmod(0o664)
    # A link may lead to a device, such as /dev/null, that all of the machine shares.
    os.mkfifo(tmp_path / "shared")
    (tmp_path / "shared").chmod(0o666)
    (home / "backups" / "latest.db").symlink_to(tmp_path / "shared")
    but = frozenset({"kudos.log", "shared", "latest.db"})
    async with running_in(slack, home) as process:
        assert open_to_others(tmp_path, but=but) == []
        lines = [json.loads(line) for line in process.log().splitlines() if line.startswith("{")]
    [told] = [line for line in lines if line["event"] == "made_private"]
    assert len(told["paths"]) == 5
    assert mode(tmp_path / "shared") == 0o666
    async with running_in(slack, home) as process:
        assert process.log().count("made_private") == 1


async def test_a_folder_in_which_other_things_lie_is_left_as_it_is(
    slack: Sandbox, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    (home / "somebody.txt").write_text("theirs", "utf-8")
    (home / "somebody.txt").chmod(0o644)
    async with running_in(slack, home):
        assert (mode(home), mode(home / "somebody.txt")) == (0o755, 0o644)
        assert mode(home / "kudos.db") == 0o600


async def test_an_export_over_an_open_file_is_private_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'kudos.db'}"
    await kudos("migrate", home=tmp_path, DATABASE_URL=url)
    add_workspace(url)
    (tmp_path / "kudos.csv").write_text("older", "utf-8")
    (tmp_path / "kudos.csv").chmod(0o666)
    export = ("export", "kudos.csv", "--format", "csv")
    ended = await kudos(*export, home=tmp_path, DATABASE_URL=url)
    assert ended.code == 2
    assert ended.err.strip() == (
        "kudos.csv is there already and was left as it is. To replace it, add --force."
    )
    assert (tmp_path / "kudos.csv").read_text("utf-8") == "older"
    ended = await kudos(*export, "--force", home=tmp_path, DATABASE_URL=url)
    assert ended.code == 0
    assert (tmp_path / "kudos.csv").read_text("utf-8-sig").startswith('"kudos_id"')
    assert mode(tmp_path / "kudos.csv") == 0o600


async def test_the_doctor_tells_what_others_can_read_and_changes_nothing(
    slack: Sandbox, tmp_path: Path
) -> None:
    database = tmp_path / "kudos.db"
    environment = environment_for(slack, f"sqlite:///{database}")
    await kudos("migrate", home=tmp_path, **environment)
    ended = await kudos("doctor", home=tmp_path, **environment)
    assert (ended.code, "chmod" in ended.out) == (0, False)
    (tmp_path / ".env").write_text("", "utf-8")
    (tmp_path / ".env").chmod(0o640)  # the group alone
    database.chmod(0o604)  # others alone
    ended = await kudos("doctor", home=tmp_path, **environment)
    assert ended.code == 1
    [told] = [line for line in ended.out.splitlines() if "chmod" in line]
    assert told.endswith(
        f"Others on this machine can read people's data or secrets. Keep them to yourself: "
        f"chmod go= {tmp_path / '.env'} {database}"
    )
    assert (mode(tmp_path / ".env"), mode(database)) == (0o640, 0o604)
