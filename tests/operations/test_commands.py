"""`kudos …`, as an operator types it: real processes."""

from __future__ import annotations

import csv
import io
import json
import signal
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.clock import machine_clock
from tests.conftest import MANIFEST, ROOT, running
from tests.programs import environment_for, kudos, started
from tests.storage.test_erasure import bytes_of

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox import Sandbox
    from tests.conftest import Clock


async def test_the_manifest_is_printed_as_it_stands(tmp_path: Path) -> None:
    ended = await kudos("manifest", home=tmp_path)
    assert ended.out == (ROOT / "manifest.yml").read_text(encoding="utf-8")


async def test_the_manifest_offers_the_workflow_step_only_on_request(tmp_path: Path) -> None:
    ended = await kudos("manifest", "--with-workflow-step", home=tmp_path)
    printed = yaml.safe_load(ended.out)
    assert list(printed["functions"]) == ["give_kudos"]
    assert printed["settings"]["org_deploy_enabled"] is True
    assert printed["features"] == MANIFEST["features"]
    assert "functions" not in MANIFEST
    both = await kudos("manifest", "--with-workflow-step", "--with-history", home=tmp_path)
    assert "channels:history" in yaml.safe_load(both.out)["oauth_config"]["scopes"]["bot"]


async def test_the_manifest_asks_for_history_only_on_request(tmp_path: Path) -> None:
    ended = await kudos("manifest", "--with-history", home=tmp_path)
    scopes = yaml.safe_load(ended.out)["oauth_config"]["scopes"]["bot"]
    asked = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert scopes[: len(asked)] == asked
    assert "channels:history" in scopes[len(asked) :]
    assert not any("history" in scope for scope in asked)


async def test_start_without_tokens_says_what_is_missing(tmp_path: Path) -> None:
    ended = await kudos("start", home=tmp_path)
    assert ended.code == 2
    assert [line.split()[0] for line in ended.err.splitlines()] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
    ]


async def test_start_with_a_token_that_slack_refuses_says_so(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    environment = environment_for(slack, sqlite_url) | {"SLACK_BOT_TOKEN": "xoxb-planted"}
    ended = await kudos("start", home=tmp_path, **environment)
    assert ended.code == 2
    assert "Slack does not accept SLACK_BOT_TOKEN: it says invalid_auth." in ended.err
    assert "planted" not in ended.err
    assert "Traceback" not in ended.err


async def test_start_reads_the_env_file_and_stops_when_told(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    lines = [f"{name}={value}" for name, value in environment_for(slack, sqlite_url).items()]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    process = await started("start", home=tmp_path)
    line = await process.says()
    assert line.startswith("Kudos runs in the workspace Analytical Engines.")
    reply = await slack.person("ada").types("/kudos me", in_channel="general")
    assert reply.ok
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "It has opened a connection to Slack (Socket Mode), since SLACK_APP_TOKEN is set."),
        (
            {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "x", "KUDOS_PORT": "0"},
            "It waits for Slack's requests at http://127.0.0.1:",
        ),
        ({"KUDOS_HEALTH_PORT": "0"}, "Its health: http://127.0.0.1:"),
    ],
)
async def test_start_says_how_slack_reaches_it(
    slack: Sandbox,
    sqlite_url: str,
    tmp_path: Path,
    environment: dict[str, str],
    sentence: str,
) -> None:
    given = environment_for(slack, sqlite_url) | environment
    process = await started("start", home=tmp_path, **given)
    said = ""
    while sentence not in said:
        line = await process.says()
        assert line, said
        said += line
    process.terminate()
    assert await process.wait() == 0


async def test_postgres_must_be_migrated_before_the_first_start(
    slack: Sandbox, postgres_empty: str, tmp_path: Path
) -> None:
    environment = environment_for(slack, postgres_empty)
    ended = await kudos("start", home=tmp_path, **environment)
    assert ended.code == 2
    assert "Run `kudos migrate` once" in ended.err
    for _ in range(2):
        migrated = await kudos("migrate", home=tmp_path, **environment)
        assert (migrated.code, migrated.out.strip()) == (
            0,
            "The database has the tables of this version.",
        )
    process = await started("start", home=tmp_path, **environment)
    assert await process.says()
    process.terminate()
    assert await process.wait() == 0


async def test_a_database_of_a_newer_version_is_left_alone(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in ("start", "migrate", "export"):
        ended = await kudos(command, home=tmp_path, **environment_for(slack, sqlite_url))
        assert ended.code == 2
        assert ended.err.startswith("This database belongs to a newer version of Kudos.")


async def test_a_database_that_cannot_be_opened_is_told_in_a_sentence(
    slack: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "not-a-folder").write_text("", encoding="utf-8")
    url = f"sqlite:///{tmp_path}/not-a-folder/kudos.db"
    ended = await kudos("start", home=tmp_path, **environment_for(slack, url))
    assert ended.code == 2
    assert len(ended.err.strip().splitlines()) == 1


async def test_the_doctor_finds_nothing_wrong_where_nothing_is(
    slack: Sandbox, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    async with running(slack, database_url, clock):
        await slack.person("ada").types(
            "/kudos @bo @chidi +2 for untangling the release #teamwork", in_channel="general"
        )
        await slack.person("ada").types("/kudos undo", in_channel="general")
        await slack.person("bo").types("/kudos @ada for the quick review", in_channel="general")
    ended = await kudos("doctor", home=tmp_path, **environment_for(slack, database_url))
    assert ended.code == 0, ended.out
    assert ended.out.count("✓") == 12
    assert "Analytical Engines" in ended.out
    assert "(2 kudos)" in ended.out


async def test_the_doctor_finds_totals_that_differ_from_the_ledger(
    slack: Sandbox, sqlite_url: str, clock: Clock, tmp_path: Path
) -> None:
    async with running(slack, sqlite_url, clock):
        await slack.person("ada").types(
            "/kudos @bo +2 for untangling the release", in_channel="general"
        )
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE balances SET points = 7")
        connection.execute("UPDATE standings SET givers_count = 2 WHERE period = '2026'")
    ended = await kudos("doctor", home=tmp_path, **environment_for(slack, sqlite_url))
    assert ended.code == 1
    bad = [line for line in ended.out.splitlines() if line.startswith("✗")]
    assert len(bad) == 1
    assert f" {slack.person('bo').id}; " in bad[0]  # the balance, which has no period
    assert "2026" in bad[0]


async def test_the_doctor_names_missing_permissions_and_bad_tokens(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    environment = environment_for(slack, sqlite_url) | {"SLACK_APP_TOKEN": "xapp-planted"}
    ended = await kudos("doctor", home=tmp_path, **environment)
    assert ended.code == 1
    assert "✗ Slack does not accept SLACK_APP_TOKEN (invalid_auth)." in ended.out
    assert "planted" not in ended.out + ended.err


async def test_the_doctor_works_without_a_database_and_without_tokens(tmp_path: Path) -> None:
    ended = await kudos("doctor", home=tmp_path)
    assert ended.code == 1
    assert "SLACK_BOT_TOKEN is missing." in ended.out
    assert f"✓ There is no database yet; `kudos start` makes it: {tmp_path}/kudos.db" in ended.out


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
async def test_every_kudos_is_exported_as_one_record(
    slack: Sandbox, database_url: str, clock: Clock, tmp_path: Path, format_: str
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    async with running(slack, database_url, clock):
        await ada.types("/kudos @bo @chidi +2 for =SUM(1,2) and more #care", in_channel="general")
        await bo.sees_soon(lambda message: "thanked" in message.text, where="general")
        clock.advance(seconds=1)
        await bo.types("/kudos @ada for a private word", in_channel="general")
        await bo.types("/kudos undo", in_channel="general")
    file = tmp_path / "kudos.out"
    ended = await kudos(
        "export",
        "--format",
        format_,
        "--output",
        str(file),
        home=tmp_path,
        **environment_for(slack, database_url),
    )
    assert (ended.code, ended.err.strip()) == (0, "2 kudos written.")
    text = file.read_text(encoding="utf-8")
    chidi = slack.person("chidi")
    if format_ == "jsonl":
        first, second = [json.loads(line) for line in text.splitlines()]
        assert first["receivers"] == [
            {"user_id": bo.id, "name": "Bo", "points": 2},
            {"user_id": chidi.id, "name": "Chidi", "points": 2},
        ]
        assert first["reason"] == "=SUM(1,2) and more"
    else:
        # A row for each receiver, and the mark by which Excel knows that it is UTF-8.
        first, also, second = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
        assert text.startswith("\ufeff")
        assert "{" not in text
        assert [
            (row["kudos_id"], row["receiver_id"], row["receiver_name"], row["points"])
            for row in (first, also)
        ] == [(first["kudos_id"], bo.id, "Bo", "2"), (first["kudos_id"], chidi.id, "Chidi", "2")]
        # No spreadsheet may run what somebody typed.
        assert first["reason"] == also["reason"] == "'=SUM(1,2) and more"
    assert (first["value"], first["source"], first["audience"]) == ("care", "command", "public")
    assert (first["giver_name"], second["giver_name"]) == ("Ada", "Bo")
    posts = slack.channel("general").messages
    assert first["message_ts"] == next(post.ts for post in posts if "SUM" in post.text)
    assert not first["reversed_at"]
    assert second["reversed_at"].startswith("2026-11-18T12:00:01")


async def test_the_demo_runs_without_tokens_and_keeps_everything(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-real\nKUDOS_HOME=other\n", "utf-8")
    for _ in range(2):
        process = await started("demo", "--no-browser", "--port", "0", home=tmp_path)
        line = await process.says()
        assert line.startswith("Kudos is ready: http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        ended = await process.ended()
        # On a slow machine a call may take longer than it may, and is made again.
        said = [line for line in ended.err.splitlines() if "slack_not_reached" not in line]
        assert (ended.code, said) == (0, []), ended.out
    assert {path.name for path in (tmp_path / "demo").iterdir()} >= {"kudos.db", "slack.db"}
    assert not (tmp_path / "other").exists()
    # Nobody may think that it had been read.
    refused = await kudos("--env-file", ".env", "demo", "--no-browser", home=tmp_path)
    assert (refused.code, refused.err.partition(",")[0]) == (
        2,
        "The demo reads no file with settings",
    )


async def test_a_person_is_erased_on_the_command_line_as_by_themselves(
    slack: Sandbox, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    bo = slack.person("bo")
    environment = environment_for(slack, database_url)
    command = ("erase", "--team", slack.team_id, "--user", bo.id, "--sure")
    async with running(slack, database_url, clock):
        await bo.types("/kudos @ada +2 for words that shall go")
        post = await bo.sees_soon(lambda message: "shall go" in message.text)
        for count in ("1 reason ", "0 reasons "):
            ended = await kudos(*command, home=tmp_path, **environment)
            assert (ended.code, ended.err) == (0, "")
            assert ended.out.startswith(f"{bo.id} is erased, with {count}")
            if database_url.startswith("sqlite"):
                assert b"words that shall go" not in bytes_of(database_url)
        # The command goes by the machine's clock, whatever day it is there.
        clock.now = max(clock.now, machine_clock()) + timedelta(days=1)
        await slack.person("ada").types("/kudos @chidi for waking the delivery up")
        await bo.sees_soon(lambda message: message is post and "shall go" not in message.all_text)
        assert "a former colleague" in post.all_text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nobody_is_erased_by_whoever_does_not_say_that_they_are_sure(
    slack: Sandbox, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    bo = slack.person("bo")
    environment = environment_for(slack, database_url)
    async with running(slack, database_url, clock):
        await bo.types("/kudos @ada +2 for words that may go")
    command = ("erase", "--team", slack.team_id, "--user", bo.id)
    would = f"This would erase Bo ({bo.id}), with 1 reason that they wrote."
    ended = await kudos(*command, home=tmp_path, **environment)
    assert ended.code == 1
    assert ended.out.startswith(would)
    assert "Run it again with --sure" in ended.err
    for more in (("--dry-run",), ("--dry-run", "--sure")):
        ended = await kudos(*command, *more, home=tmp_path, **environment)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith(would)
    assert b"words that may go" in bytes_of(database_url)


async def test_somebody_who_is_not_there_is_not_erased(sqlite_url: str, tmp_path: Path) -> None:
    command = ("erase", "--team", "T0", "--user", "UNOBODY")
    ended = await kudos(*command, home=tmp_path, DATABASE_URL=sqlite_url)
    assert ended.code == 1
    assert ended.err.startswith("Nobody in that workspace has the id UNOBODY.")
