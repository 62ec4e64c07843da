"""`kudos export FILE`, where FILE is no regular file: a pipe, a device, a link, a folder."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.operations.older import add_workspace
from tests.operations.test_transfer import files_in
from tests.programs import LOOK_EVERY_SECONDS, kudos

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("words", ["export --format csv", "export --what all"])
async def test_an_export_goes_where_it_is_told_to_and_leaves_that_as_it_is(
    tmp_path: Path, sqlite_template: Path, words: str
) -> None:
    url = f"sqlite:///{tmp_path}/home.db"
    shutil.copy(sqlite_template, tmp_path / "home.db")
    add_workspace(url)
    folder = tmp_path / "there"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "real").write_text("older", "utf-8")
    (folder / "link").symlink_to("real")
    (folder / "nowhere").symlink_to("made")
    (folder / "loop").symlink_to("loop")
    (folder / "full").symlink_to("/dev/full")

    async def export(name: str, *also: str) -> tuple[int, str]:
        ended = await kudos(*words.split(), name, *also, home=folder, DATABASE_URL=url)
        assert "Traceback" not in ended.err
        return ended.code, ended.err

    reading = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    exporting = asyncio.create_task(export("pipe"))
    read = b""
    while not exporting.done():
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        with suppress(BlockingIOError):
            read += os.read(reading, 1_000_000)
    assert (await exporting)[0] == 0
    os.close(reading)
    assert (await export("link"))[1].startswith("link is there already and was left as it is.")
    assert (folder / "real").read_bytes() == b"older"
    for name in ("link", "nowhere"):
        assert (await export(name, "--force"))[0] == 0
        assert len((folder / name).read_bytes()) == len(read) > 100
    for name in ("/dev/full", "full"):
        code, told = await export(name)
        assert code == 2
        assert "No space left on device" in told
    assert (await export("/dev/null"))[0] == 0
    for also in ([], ["--force"]):
        assert await export(str(folder), *also) == (
            2,
            f"{folder} is a folder. Name a file in it, such as kudos.jsonl.\n",
        )
    assert (await export("loop"))[0] == 2
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    assert files_in(folder) == ["full", "link", "loop", "made", "nowhere", "pipe", "real"]
    assert all((folder / name).is_symlink() for name in ("full", "link", "loop", "nowhere"))
