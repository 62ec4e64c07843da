"""A database that is locked, gone, read-only or full."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.books import Books
from tests.faults.waiting import until
from tests.faults.workday import (
    NOT_SAVED,
    STILL_SAVING,
    THANKED,
    check_posted_once,
    everything_sent,
    posts,
    thanks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.sandbox import Sandbox
    from tests.faults.process import KudosProcess

REASON = "untangling the release"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def is_told(slack: Sandbox, words: str, *, who: str = "ada") -> None:
    """Wait until a person reads a sentence that only they see."""
    await slack.person(who).sees_soon(
        lambda message: message.is_ephemeral and words in message.text,
    )


async def works_again(slack: Sandbox, books: Books, reason: str = "seeing it through") -> None:
    """Fail unless a kudos can be given, and everything is as it should be."""

    async def gives() -> bool:
        told: str = (await thanks(slack, reason)).text
        return told.startswith(THANKED)

    for _ in range(5):
        if await gives():
            break
        await asyncio.sleep(1)
    await everything_sent(slack, books)
    assert books.reasons()[reason] == 1
    check_posted_once(slack, books)
    books.check_sums()


async def test_a_giver_is_told_that_it_takes_long_and_then_how_it_ended(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    assert kudos.is_running
    with books.locked():
        reply = await thanks(slack, REASON)
        assert reply.is_ephemeral
        assert STILL_SAVING in reply.text
    await is_told(slack, THANKED)
    await everything_sent(slack, books)
    assert books.reasons() == {REASON: 1}
    assert len(posts(slack, REASON)) == 1


async def test_a_giver_is_told_that_nothing_was_saved_when_it_takes_too_long(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    with books.locked():
        reply = await thanks(slack, REASON)
        assert STILL_SAVING in reply.text
        await is_told(slack, NOT_SAVED)
    assert books.count() == 0
    assert kudos.is_running
    await works_again(slack, books)
    assert books.count() == 1


async def test_a_reaction_waits_with_slack_until_the_store_takes_it(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    message = await slack.person("bo").types("The release is out.", "general")
    with books.locked():
        await slack.person("ada").reacts("trophy", to=message)
        event = slack.deliveries[-1]
        await until(lambda: event.attempts, "an attempt has failed")
        assert event.error == "timeout"
    await everything_sent(slack, books)
    assert event.acked
    assert books.live_reactions() == {(message.ts, slack.person("ada").id): 1}
    assert kudos.is_running
    check_posted_once(slack, books)


@pytest.mark.parametrize("reads_history", [False])
@on_sqlite
async def test_a_post_whose_place_could_not_be_noted_at_once_is_not_posted_again(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    slack.faults.next("chat.postMessage", "slow", channel="C0GENERAL1", seconds=30)
    await thanks(slack, REASON)
    await slack.faults.reached("chat.postMessage")
    with books.locked():
        slack.faults.clear()
        await until(lambda: posts(slack, REASON), "it is posted")
        await until(lambda: "store_unavailable" in kudos.log(), "the store fails")
    # Forgotten, it would wait for its lease to run out, and then be in doubt.
    await everything_sent(slack, books)
    assert len(posts(slack, REASON)) == 1
    check_posted_once(slack, books)


@on_sqlite
@pytest.mark.parametrize("goes", ["file", "folder"])
async def test_a_giver_is_told_when_the_database_is_gone_and_it_is_used_again_when_it_is_back(
    slack: Sandbox, sqlite_path: Path, kudos: KudosProcess, books: Books, goes: str
) -> None:
    await works_again(slack, books, "being there first")
    gone = sqlite_path if goes == "file" else sqlite_path.parent
    aside = gone.with_name(f"{gone.name}-aside")
    gone.rename(aside)
    reply = await thanks(slack, REASON)
    assert NOT_SAVED in reply.text
    aside.rename(gone)  # which fails if a new database has been made in its place
    assert books.count() == 1
    assert kudos.is_running
    await works_again(slack, books)


@on_sqlite
async def test_a_giver_is_told_when_the_database_has_become_read_only(
    slack: Sandbox, sqlite_path: Path, kudos_of_nobody: KudosProcess, books: Books
) -> None:
    await works_again(slack, books, "being there first")
    # As after a restore by another user: what is open stays writable, so it is another file.
    aside = sqlite_path.with_name("aside")
    shutil.copy(sqlite_path, aside)
    permit(aside, 0o444)
    aside.replace(sqlite_path)
    permit(sqlite_path.parent, 0o555)
    reply = await thanks(slack, REASON)
    assert NOT_SAVED in reply.text
    permit(sqlite_path, 0o644)
    permit(sqlite_path.parent, 0o755)
    assert books.reasons()[REASON] == 0
    assert kudos_of_nobody.is_running
    await works_again(slack, books)


@on_sqlite
async def test_a_database_that_cannot_be_written_to_at_start_is_one_sentence(
    sqlite_path: Path, database_url: str, new_process: Callable[..., KudosProcess]
) -> None:
    process = as_nobody(new_process(database_url))
    permit(sqlite_path, 0o400)
    process.start()
    assert await process.ended() == 2
    assert len(process.log().splitlines()) == 1, process.log()
    assert "database" in process.log()


async def test_a_giver_is_told_when_the_disk_is_full_and_it_goes_on_when_there_is_room(
    slack: Sandbox, small_disk: Path, new_process: Callable[..., KudosProcess]
) -> None:
    url = f"sqlite:///{small_disk / 'kudos.db'}"
    process = await new_process(url).up()
    books = Books(url, slack.team_id)
    await works_again(slack, books, "being there first")
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(b"x" * 64 * 1024 * 1024)
    told = await fails_to_save(slack)
    assert books.reasons()[told] == 0
    filler.unlink()
    assert process.is_running
    await works_again(slack, books)


@on_sqlite
async def test_a_giver_is_told_when_the_file_may_not_grow_and_it_goes_on_when_it_may(
    slack: Sandbox, sqlite_path: Path, kudos: KudosProcess, books: Books
) -> None:
    await works_again(slack, books, "being there first")
    wal = sqlite_path.with_name("kudos.db-wal")
    resource.prlimit(kudos.pid, resource.RLIMIT_FSIZE, (wal.stat().st_size, -1))
    told = await fails_to_save(slack)
    assert books.reasons()[told] == 0
    resource.prlimit(kudos.pid, resource.RLIMIT_FSIZE, (-1, -1))
    assert kudos.is_running
    await works_again(slack, books)


async def fails_to_save(slack: Sandbox) -> str:
    """Give until the disk takes no more; return the reason of what was not saved."""
    for number in range(200):
        reason = f"filling the disk number {number}"
        if NOT_SAVED in (await thanks(slack, reason, by="dina", to="emre")).text:
            return reason
    raise AssertionError("the disk never became full")


@pytest.fixture
def sqlite_path(database_url: str) -> Path:
    """The file; a test may take it, or its folder, away."""
    assert database_url.startswith("sqlite")
    return Path(database_url.removeprefix("sqlite:///"))


def permit(path: Path, mode: int) -> None:
    path.chmod(mode)


def as_nobody(process: KudosProcess) -> KudosProcess:
    """Have a process run without what puts root above permissions."""
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("for root nothing is read-only, and there is no setpriv to change that")
        process.prefix = (setpriv, "--bounding-set=-dac_override,-dac_read_search")
    return process


@pytest.fixture
async def kudos_of_nobody(
    new_process: Callable[..., KudosProcess], database_url: str
) -> KudosProcess:
    return await as_nobody(new_process(database_url)).up()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk; the test of a file that may not grow runs")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount, umount = shutil.which("mount") or "mount", shutil.which("umount") or "umount"
    made = subprocess.run(  # noqa: S603
        [mount, "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(disk)], check=False
    )
    if made.returncode:
        pytest.skip("mounting is not allowed here; the test of a file that may not grow runs")
    yield disk
    subprocess.run([umount, "--lazy", str(disk)], check=True)  # noqa: S603
