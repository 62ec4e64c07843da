"""A wrong setting is told in one sentence, which says what is right and repeats no value."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bot.config import ConfigError, Settings, read_settings
from tests.conftest import ROOT
from tests.programs import kudos
from tests.rows import each_row

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.monkeypatch import MonkeyPatch

PASSWORD = "hunter2"
FILE_EXAMPLE = "for example sqlite:////var/lib/kudos/kudos.db."
SERVER_EXAMPLE = "for example postgresql://kudos:password@database/kudos."
NUMBER = "must be a number between 0 and 65535."
UNSEEN = "has a line break or another character in it that cannot be seen."
UNFILLED = "has ${…} in it, which nobody has filled in: write the value itself."
HOST = (
    "must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all, without http:// "
    "and without a port."
)
ENCODED = "has an @ or a / in the name or password of the database: write %40 for @ and %2F for /."
ONE_SERVER = (
    "must name one server; where there are several, they stand at its end: "
    "postgresql://kudos:password@/kudos?host=one:5432&host=two:5432."
)
KNOWN = f"must begin with sqlite:/// (a file) or postgresql:// (a server), {FILE_EXAMPLE}"
IN_MEMORY = f"must name a file, since what is in memory is gone when Kudos ends, {FILE_EXAMPLE}"
UNKNOWN_HOME = (
    "names the home folder of somebody whom this machine does not know; write the whole path, for "
    "example "
)
API = "must be an address such as https://slack.com/api/."
TEAMS = (
    "must be ids of workspaces or organizations with commas between them, such as "
    "T0123456789,E0123456789."
)
EXAMPLE_ADDRESS = "must be an address such as https://kudos.example.com"

WRONG = [
    # tokens and secrets
    ("SLACK_BOT_TOKEN", "xapp-1-A0", "must begin with xoxb- (the two tokens seem to be swapped)."),
    ("SLACK_APP_TOKEN", "xoxb-1-2-x", "must begin with xapp- (the two tokens seem to be swapped)."),
    ("SLACK_BOT_TOKEN", "xoxp-1-2-x", "must begin with xoxb-."),
    ("SLACK_BOT_TOKEN", "Bearer xoxb-1-2-x", "must begin with xoxb-."),
    ("SLACK_BOT_TOKEN", "xoxb-1\n2-x", UNSEEN),
    ("SLACK_BOT_TOKEN", "xoxb-1-2-\u200bx", UNSEEN),
    (
        "SLACK_APP_TOKEN",
        "xapp-1 A0",
        "has a blank or a letter in it that no token has: copy it anew.",
    ),
    (
        "SLACK_BOT_TOKEN",
        "xoxb-1–2–x",  # noqa: RUF001 - what a word processor makes of it
        "has a blank or a letter in it that no token has: copy it anew.",
    ),
    ("SLACK_BOT_TOKEN", "${TOKEN}", UNFILLED),
    ("SLACK_SIGNING_SECRET", "${SECRET:-none}", UNFILLED),
    (
        "SLACK_SIGNING_SECRET",
        "xoxb-1-2-x",
        "is a token; what belongs here is found in your Slack app under Basic Information.",
    ),
    (
        "SLACK_CLIENT_SECRET",
        "xapp-1-A0",
        "is a token; what belongs here is found in your Slack app under Basic Information.",
    ),
    (
        "SLACK_SIGNING_SECRET",
        "0123 4567",
        "has a blank or a letter in it that it cannot have: copy it anew.",
    ),
    (
        "SLACK_CLIENT_ID",
        "12.34, 56.78",
        "has a blank or a letter in it that it cannot have: copy it anew.",
    ),
    (
        "KUDOS_SECRET_KEY",
        "hunter2",
        "must be a key that `kudos secret-key` printed, or several with commas between them.",
    ),
    # addresses
    ("SLACK_API_URL", "slack.com/api", API),
    ("SLACK_API_URL", "https://", API),
    ("SLACK_API_URL", "https://slack.com:api/", API),
    ("SLACK_API_URL", "http://slack.com/api/", "must begin with https://, as tokens go there."),
    ("SLACK_API_URL", "https://slack.com", "must end with /api/, as in https://slack.com/api/."),
    (
        "SLACK_API_URL",
        f"https://me:{PASSWORD}@proxy/api/",
        "must have nothing in it but an address such as https://slack.com/api/.",
    ),
    ("KUDOS_URL", "kudos.example.com", f"{EXAMPLE_ADDRESS}."),
    (
        "KUDOS_URL",
        "https://kudos.example.com/slack/events",
        "must end with the name of the server: Slack's requests go to /slack/events there.",
    ),
    (
        "KUDOS_URL",
        "http://kudos.example.com",
        "must begin with https://, as Slack sends nothing to an address without.",
    ),
    ("KUDOS_URL", "https://kudos.example.com:https", f"{EXAMPLE_ADDRESS}."),
    ("KUDOS_URL", "https://${KUDOS_DOMAIN}", UNFILLED),
    # where it listens
    ("KUDOS_HOST", "http://0.0.0.0", HOST),
    ("KUDOS_HOST", "0.0.0.0:3000", HOST),
    ("KUDOS_HOST", "[::]", HOST),
    ("KUDOS_PORT", "3000/tcp", NUMBER),
    ("KUDOS_PORT", "-1", NUMBER),
    ("KUDOS_PORT", "3000.5", NUMBER),
    ("KUDOS_PORT", "9" * 5000, NUMBER),
    ("KUDOS_HEALTH_PORT", "none", NUMBER),
    ("KUDOS_DELETE_AFTER_DAYS", "30 days", NUMBER),
    ("KUDOS_DELETE_AFTER_DAYS", "-1", NUMBER),
    (
        "KUDOS_TRUSTED_PROXIES",
        "*",
        (
            "must not be *, by which anybody could say to be somebody else: name the networks of "
            "your proxies, such as 10.0.0.0/8."
        ),
    ),
    (
        "KUDOS_TRUSTED_PROXIES",
        "10.0.0.0/8;127.0.0.1",
        "must be addresses or networks with commas between them, such as 10.0.0.0/8.",
    ),
    (
        "KUDOS_TRUSTED_PROXIES",
        "caddy",
        "must be addresses or networks with commas between them, such as 10.0.0.0/8.",
    ),
    ("KUDOS_ALLOWED_TEAMS", "acme.slack.com", TEAMS),
    ("KUDOS_ALLOWED_TEAMS", "U0123456789", TEAMS),
    # logs
    ("KUDOS_LOG_LEVEL", "warn", "must be one of 'debug', 'info', 'warning' or 'error'."),
    ("KUDOS_LOG_FORMAT", "logfmt", "must be one of 'text' or 'json'."),
    # folders and databases
    ("KUDOS_HOME", "~nobody-here/kudos", f"{UNKNOWN_HOME}/var/lib/kudos."),
    ("KUDOS_HOME", str(ROOT / "README.md"), "must be a folder and is a file."),
    ("DATABASE_URL", "mysql://root@db/kudos", KNOWN),
    ("DATABASE_URL", f"postgresql+psycopg2://u:{PASSWORD}@h/k", KNOWN),
    ("DATABASE_URL", "/var/lib/kudos/kudos.db", KNOWN),
    ("DATABASE_URL", f"host=db user=kudos password={PASSWORD}", KNOWN),
    ("DATABASE_URL", "$DATABASE", KNOWN),
    ("DATABASE_URL", f"postgresql://kudos:{PASSWORD}@${{HOST}}/kudos", UNFILLED),
    ("DATABASE_URL", f"postgresql://kudos:{PASSWORD}\n@h/kudos", UNSEEN),
    ("DATABASE_URL", f"postgresql://kudos:{PASSWORD}@one,two/kudos", ONE_SERVER),
    ("DATABASE_URL", f"postgresql://kudos:{PASSWORD}@one:5432,two:5432/kudos", ONE_SERVER),
    ("DATABASE_URL", f"postgresql://kudos:{PASSWORD}@{PASSWORD}@h/kudos", ENCODED),
    ("DATABASE_URL", f"postgresql://kudos:{PASSWORD}/{PASSWORD}@h/kudos", ENCODED),
    (
        "DATABASE_URL",
        f"postgresql://kudos:{PASSWORD}@h:many/kudos",
        f"has no number as its port or cannot be read, {SERVER_EXAMPLE}",
    ),
    (
        "DATABASE_URL",
        f"postgresql://kudos:{PASSWORD}@h:70000/kudos",
        "must have a port between 1 and 65535, or none for Postgres' own.",
    ),
    (
        "DATABASE_URL",
        f"postgresql://kudos:{PASSWORD}@a host/k",
        f"must name a server, {SERVER_EXAMPLE}",
    ),
    ("DATABASE_URL", "postgresql://", f"must name a server and a database, {SERVER_EXAMPLE}"),
    ("DATABASE_URL", "sqlite://", f"must name a file, {FILE_EXAMPLE}"),
    ("DATABASE_URL", "sqlite:///:memory:", IN_MEMORY),
    ("DATABASE_URL", "sqlite:///file::memory:", IN_MEMORY),
    ("DATABASE_URL", "sqlite:///kudos.db?mode=memory", IN_MEMORY),
    ("DATABASE_URL", "sqlite://var/lib/kudos.db", f"must name a file, {FILE_EXAMPLE}"),
    (
        "DATABASE_URL",
        "sqlite:////var/lib/kudos/",
        f"must name a file and not a folder, {FILE_EXAMPLE}",
    ),
    ("DATABASE_URL", "sqlite:////tmp", f"must name a file and not a folder, {FILE_EXAMPLE}"),
    (
        "DATABASE_URL",
        "sqlite:////srv/what?/kudos.db",
        "must end with the name of the file; write %3F where that has a ? in it.",
    ),
    (
        "DATABASE_URL",
        "sqlite:///~nobody-here/kudos.db",
        f"{UNKNOWN_HOME}sqlite:////var/lib/kudos/kudos.db.",
    ),
]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def faults(**given: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_settings(**given)
    return caught.value.faults


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / ".env"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@each_row(("name", "value", "sentence"), WRONG)
def test_what_is_wrong_in_the_environment_is_one_sentence(
    monkeypatch: MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    with monkeypatch.context() as environment:
        environment.setenv(name, value)
        assert faults() == [f"{name} {sentence}"]
    assert PASSWORD not in sentence


@each_row(("name", "value", "sentence"), [row for row in WRONG if row[2] not in {UNSEEN, UNFILLED}])
def test_it_is_the_same_sentence_where_it_stands_in_the_file(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    written(tmp_path, f"{name}='{value}'\n")
    told = faults()
    assert told == [f"{name} {sentence}"]


@each_row(
    ("content", "sentence"),
    [
        (
            "KUDOS_PORT=4000\n".encode("utf-16"),
            " is written in UTF-16 or is no text. Save it as UTF-8.",
        ),
        (
            "KUDOS_PORT=4000\n".encode("utf-16-be"),
            " is written in UTF-16 or is no text. Save it as UTF-8.",
        ),
        (
            "KUDOS_PORT=4000\n# für uns\n".encode("latin-1"),
            " has a character in line 2 that is not UTF-8. Save it as UTF-8.",
        ),
        (
            "\nKUDOS_URL='https://kudos.example.com\n",
            ", line 2, cannot be read. It must be NAME=value, with quotes closed.",
        ),
        ("KUDOS_PORT\n", ", line 1, has a name without a value. It must be NAME=value."),
        (
            "# ports\n\nKUDOS_PROT=4000\n",
            ", line 3, sets KUDOS_PROT, which is no setting. Is it KUDOS_PORT?",
        ),
        (
            "SLACK_BOT_TOKN=xoxb-1\n",
            ", line 1, sets SLACK_BOT_TOKN, which is no setting. Is it SLACK_BOT_TOKEN?",
        ),
        (
            "DATABASE_URL=postgresql://kudos:${PASSWRD}@h/k\nPASSWORD=hunter2\n",
            ", line 1, names ${PASSWRD}, and nothing of that name is set.",
        ),
    ],
)
def test_what_is_wrong_with_the_file_is_one_sentence(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    written(tmp_path, content)
    assert faults() == [f".env{sentence}"]


def test_what_is_no_file_in_its_place_is_told(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.mkdir()
    assert faults() == [".env is a folder. The settings belong into a file of that name."]
    path.rmdir()
    path.symlink_to("kept/kudos.env")
    assert faults() == [".env is a link to kept/kudos.env, and there is no such file."]
    path.unlink()
    os.mkfifo(path)
    assert faults() == [".env is a pipe. The settings belong into a file of that name."]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    written(tmp_path, "KUDOS_PORT=4000\n").chmod(0)
    assert faults() == [".env cannot be read: Permission denied."]


def test_a_file_by_an_editor_of_windows_is_read_from_its_first_line_on(tmp_path: Path) -> None:
    written(tmp_path, "\ufeffKUDOS_PORT=4000\r\nKUDOS_HOST=0.0.0.0\r\n")
    settings = read_settings()
    assert (settings.kudos_port, settings.kudos_host) == (4000, "0.0.0.0")


def test_what_the_file_names_of_itself_is_filled_in(tmp_path: Path) -> None:
    written(tmp_path, "PASSWORD=hunter2\nDATABASE_URL=postgresql://kudos:${PASSWORD}@h/k\n")
    assert read_settings().database_url == "postgresql+psycopg://kudos:hunter2@h/k"


@each_row("empty", ["", " ", "\n", '""', "' '"])
def test_what_is_empty_is_not_set(monkeypatch: MonkeyPatch, tmp_path: Path, empty: str) -> None:
    usual = read_settings()
    with monkeypatch.context() as environment:
        for name in Settings.model_fields:
            environment.setenv(name.upper(), empty)
        assert read_settings() == usual
        file = written(tmp_path, "KUDOS_HEALTH_PORT=3001\nKUDOS_HOME=/srv/kudos\n")
        assert read_settings().kudos_health_port == 3001
        assert str(read_settings().kudos_home) == "/srv/kudos"
        file.unlink()


def test_what_is_empty_in_the_file_does_not_hide_the_environment(
    monkeypatch: MonkeyPatch, tmp_path: Path
) -> None:
    written(tmp_path, (ROOT / ".env.example").read_bytes())
    monkeypatch.setenv("KUDOS_HEALTH_PORT", "3001")
    assert read_settings().kudos_health_port == 3001


@each_row(
    ("name", "value", "used"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-1-2-x\n", "xoxb-1-2-x"),
        ("SLACK_APP_TOKEN", " xapp-1-A0 \r\n", "xapp-1-A0"),
        ("SLACK_SIGNING_SECRET", "0123456789abcdef\n", "0123456789abcdef"),
        ("SLACK_CLIENT_SECRET", "\t0123456789abcdef", "0123456789abcdef"),
        ("SLACK_CLIENT_ID", '"12.34"', "12.34"),
        ("DATABASE_URL", "postgresql://u:p@h/k \n", "postgresql+psycopg://u:p@h/k"),
        ("DATABASE_URL", "'postgres://u:p@h/k'", "postgresql+psycopg://u:p@h/k"),
        ("DATABASE_URL", "postgresql:///k?host=/run", "postgresql+psycopg:///k?host=/run"),
        ("DATABASE_URL", "postgres://u:p%40@[::1]:1/k", "postgresql+psycopg://u:p%40@[::1]:1/k"),
        ("KUDOS_URL", "https://kudos.example.com/\n", "https://kudos.example.com"),
        ("KUDOS_LOG_LEVEL", " Warning\n", "warning"),
        ("KUDOS_HOST", "::", "::"),
        ("KUDOS_PORT", "4000\r\n", 4000),
    ],
)
def test_what_stands_around_a_value_is_no_part_of_it(
    monkeypatch: MonkeyPatch, name: str, value: str, used: object
) -> None:
    with monkeypatch.context() as environment:
        environment.setenv(name, value)
        found = getattr(read_settings(), name.lower())
        assert getattr(found, "get_secret_value", lambda: found)() == used


def test_a_tilde_is_the_home_folder(monkeypatch: MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///~/thanks.db")
    assert read_settings().database_url == f"sqlite:///{tmp_path}/thanks.db"


def test_two_servers_are_not_put_on_one_port() -> None:
    given = {"slack_bot_token": "xoxb-1", "kudos_port": 3000, "kudos_health_port": 3000}
    over_http = read_settings(slack_signing_secret="secret", **given)
    assert over_http.faults_for_start() == [
        "KUDOS_HEALTH_PORT must be another port than KUDOS_PORT, or empty."
    ]
    # In Socket Mode nothing listens on the other.
    assert read_settings(slack_app_token="xapp-1", **given).faults_for_start() == []


def test_one_secret_in_two_places_is_told() -> None:
    settings = read_settings(
        slack_client_id="12.34",
        slack_client_secret="0123456789abcdef",
        slack_signing_secret="0123456789abcdef",
        kudos_url="https://kudos.example.com",
    )
    assert [fault.partition(" is ")[0] for fault in settings.faults_for_start()] == [
        "KUDOS_SECRET_KEY",
        "SLACK_CLIENT_SECRET",
    ]


def test_a_postgres_without_its_driver_is_told_with_what_brings_it(
    monkeypatch: MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    [fault] = faults(database_url=f"postgresql://kudos:{PASSWORD}@h/k")
    assert fault == (
        "DATABASE_URL is of Postgres, and its driver is not installed: `pip install '.[postgres]'` "
        "in Kudos' folder brings it."
    )


async def test_a_command_prints_the_sentences_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("KUDOS_PORT=4000\n".encode("utf-16"))
    ended = await kudos("doctor", home=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == ".env is written in UTF-16 or is no text. Save it as UTF-8.\n"


@each_row("name", ["wh?t", "100%", "50%20off", "our #1", "two words", "ünï"])
async def test_a_folder_may_be_called_what_it_likes(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    ended = await kudos("migrate", home=tmp_path, KUDOS_HOME=str(home))
    assert ended.code == 0
    assert [path.name for path in home.iterdir()] == ["kudos.db"]
