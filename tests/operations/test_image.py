"""The Dockerfile's steps, followed as far as a machine without Docker can."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING

from tests.conftest import MANIFEST, ROOT
from tests.operations.packaged import env_file, healthcheck, image_environment, instructions
from tests.programs import environment_for, started

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox import Sandbox


def built(folder: Path) -> Path:
    """Follows the first stage with packages that are here; returns the folder of its commands."""
    work, venv = folder / "build", folder / "kudos"
    work.mkdir()
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True, timeout=300
    )
    [packages] = venv.glob("lib/*/site-packages")
    # In the place of `pip install -r requirements.lock`: what that brings is here for the tests.
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    for word, rest in instructions():
        if word == "FROM" and not rest.endswith("AS build"):
            break
        if word == "COPY":
            *sources, target = rest.split()
            for name in sources:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                copy(ROOT / name, work / target if (ROOT / name).is_dir() else work)
        if word == "RUN" and rest.endswith("uninstall --yes pip"):
            install = rest.partition(" && ")[0]
            python = f"{venv}/bin/python -m pip"
            subprocess.run(  # noqa: S603 - what stands in our Dockerfile
                ["/bin/sh", "-ec", install.replace("/kudos/bin/pip", python)],
                check=True,
                cwd=work,
                env={"PATH": os.defpath, "HOME": str(folder)},
                timeout=300,
                capture_output=True,
            )
    return venv / "bin"


def test_what_the_image_copies_is_enough_to_build_and_run(tmp_path: Path) -> None:
    commands = built(tmp_path)
    # Away from the sources, and with nothing of ours on the path but what was installed.
    printed = subprocess.run(  # noqa: S603
        [commands / "kudos", "manifest"],
        check=True,
        cwd=tmp_path,
        env={"PATH": f"{commands}:{os.defpath}"},
        capture_output=True,
        text=True,
        timeout=300,
    ).stdout
    assert MANIFEST["display_information"]["name"] in printed
    subprocess.run(  # noqa: S603
        [commands / "kudos", "migrate"],
        check=True,
        cwd=tmp_path,
        env={"PATH": f"{commands}:{os.defpath}", "KUDOS_HOME": str(tmp_path / "data")},
        capture_output=True,
        timeout=300,
    )
    assert (tmp_path / "data" / "kudos.db").exists()


async def is_healthy(environment: dict[str, str]) -> bool:
    """Asks as Docker asks."""
    program, *words = healthcheck()
    assert program == "python"
    asking = await asyncio.create_subprocess_exec(
        sys.executable, *words, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    return await asking.wait() == 0


async def test_the_health_check_of_the_image_finds_the_app_that_its_command_starts(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    written = env_file((ROOT / ".env.example").read_text(encoding="utf-8"))
    environment = (
        image_environment(tmp_path)
        | written
        | environment_for(slack, sqlite_url)
        | {"KUDOS_HOME": str(tmp_path), "KUDOS_HEALTH_PORT": str(port)}
    )
    assert not await is_healthy(environment)
    [command] = [rest for word, rest in instructions() if word == "CMD"]
    assert command == '["kudos", "start"]'
    app = await started("start", home=tmp_path, **environment)
    try:
        assert "Kudos runs" in await app.says()
        assert await is_healthy(environment)
    finally:
        app.terminate()
    assert await app.wait() == 0
