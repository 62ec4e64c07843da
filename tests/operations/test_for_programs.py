"""What programs and people at a terminal can rely on: one JSON object, exit codes, help."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from bot.cli.main import cli
from tests.operations.older import add_workspace
from tests.programs import environment_for, kudos
from tests.rows import each_row
from tests.storage.conftest import PEOPLE, Team

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock
    from tests.programs import Ended

COMMANDS = sorted(get_command(cli).commands)  # type: ignore[attr-defined]


async def test_the_doctor_tells_programs_what_it_tells_people(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    environment = environment_for(slack, sqlite_url) | {"SLACK_APP_TOKEN": "xapp-planted"}
    ended = await kudos("doctor", "--json", home=tmp_path, **environment)
    found = json.loads(ended.out)
    assert (ended.code, found["is_well"]) == (1, False)
    by_check = {each["check"]: each for each in found["findings"]}
    assert by_check["bot_token"]["is_ok"]
    assert not by_check["app_token"]["is_ok"]
    assert by_check["app_token"]["told"].startswith("Slack does not accept SLACK_APP_TOKEN")
    assert "planted" not in ended.out


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_result_of_an_erasure_is_one_object(
    store: Store, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    team = await Team(store).founded()
    for user_id, code in ((PEOPLE[0], 0), ("UNOBODY", 1)):
        ended = await kudos(
            *("erase", "--team", team.team_id, "--user", user_id, "--sure", "--json"),
            home=tmp_path,
            DATABASE_URL=database_url,
        )
        assert ended.code == code
        assert json.loads(ended.out) == {
            "is_erased": not code,
            "user_id": user_id,
            "reasons_count": 0,
        }


async def test_the_result_of_an_export_is_one_object(sqlite_url: str, tmp_path: Path) -> None:
    file = str(tmp_path / "kudos.csv")
    add_workspace(sqlite_url)
    ended = await kudos(
        *("export", file, "--format", "csv", "--json"), home=tmp_path, DATABASE_URL=sqlite_url
    )
    assert json.loads(ended.out) == {"file": file, "kudos": 0}
    ended = await kudos("export", "--json", home=tmp_path, DATABASE_URL=sqlite_url)
    assert (ended.code, len(ended.err.strip().splitlines())) == (2, 1)


async def test_help_fits_a_narrow_terminal(tmp_path: Path) -> None:
    asked = {name: (*filter(None, [name]), "--help") for name in ("", *COMMANDS)}
    ended = await asyncio.gather(
        *(kudos(*words, home=tmp_path, COLUMNS="80") for words in asked.values())
    )

    @each_row("help_", dict(zip(asked.values(), ended, strict=True)))
    def fits(help_: Ended) -> None:
        assert (help_.code, help_.err) == (0, "")
        assert max(len(line) for line in help_.out.splitlines()) <= 80

    fits()
