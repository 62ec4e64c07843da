"""What an operator sets: read once, checked together, told in sentences."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.config import ConfigError, Settings, read_settings
from bot.environment.env_file import OF_COMPOSE
from tests.conftest import ROOT
from tests.rows import each_row

if TYPE_CHECKING:
    from _pytest.monkeypatch import MonkeyPatch

NAMES = sorted(name.upper() for name in Settings.model_fields)


def read(**given: Any) -> Settings:
    return read_settings(_env_file=None, **given)


@each_row("name", NAMES)
def test_every_setting_is_explained_in_the_example_file(name: str) -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    set_as = re.compile(f"#?{name}=")
    at = next(number for number, line in enumerate(lines) if set_as.match(line))
    assert lines[at - 1].startswith("# ")


@each_row("name", NAMES)
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_file_names_no_setting_that_does_not_exist() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)
    assert sorted(named) == sorted({*NAMES, *OF_COMPOSE})


def test_the_example_file_as_it_stands_is_read(tmp_path: Path) -> None:
    copied = tmp_path / ".env"
    copied.write_text((ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    settings = read_settings(_env_file=copied)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url == f"sqlite:///{Path('~/.kudos/kudos.db').expanduser()}"


def test_what_the_example_file_shows_behind_a_mark_is_the_default() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^#([A-Z_]+)=(.+)$", text, re.MULTILINE))
    usual = read()
    for name in set(shown) & set(NAMES):
        assert read(**{name.lower(): shown[name]}) == usual, name


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("KUDOS_PORT=4000\nKUDOS_HOST=0.0.0.0\n", encoding="utf-8")
    monkeypatch.setenv("KUDOS_PORT", "5000")
    settings = read_settings(_env_file=file)
    assert (settings.kudos_port, settings.kudos_host) == (5000, "0.0.0.0")


def test_settings_are_frozen() -> None:
    settings = read()
    with pytest.raises(ValueError, match="frozen"):
        settings.kudos_port = 1


@each_row(
    ("given", "sentence"),
    [
        (
            {"slack_bot_token": "xapp-1-secret"},
            "SLACK_BOT_TOKEN must begin with xoxb- (the two tokens seem to be swapped).",
        ),
        ({"slack_app_token": "hello"}, "SLACK_APP_TOKEN must begin with xapp-."),
        (
            {"slack_api_url": "slack.com"},
            "SLACK_API_URL must be an address such as https://slack.com/api/.",
        ),
        ({"kudos_port": "many"}, "KUDOS_PORT must be a number between 0 and 65535."),
        ({"kudos_port": 70_000}, "KUDOS_PORT must be a number between 0 and 65535."),
        (
            {"kudos_log_level": "loud"},
            "KUDOS_LOG_LEVEL must be one of 'debug', 'info', 'warning' or 'error'.",
        ),
        ({"kudos_health_port": "9" * 9}, "KUDOS_HEALTH_PORT must be a number between 0 and 65535."),
        (
            {"kudos_trusted_proxies": "10.0.0.0/8, the proxy"},
            (
                "KUDOS_TRUSTED_PROXIES must be addresses or networks with commas between them, "
                "such as 10.0.0.0/8."
            ),
        ),
        ({"kudos_log_format": "xml"}, "KUDOS_LOG_FORMAT must be one of 'text' or 'json'."),
        (
            {"database_url": "mysql://root@db/kudos"},
            (
                "DATABASE_URL must begin with sqlite:/// (a file) or postgresql:// (a server), "
                "for example sqlite:////var/lib/kudos/kudos.db."
            ),
        ),
        (
            {"database_url": "sqlite://"},
            "DATABASE_URL must name a file, for example sqlite:////var/lib/kudos/kudos.db.",
        ),
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(**given)
    assert caught.value.faults == [sentence]


def test_all_faults_are_told_at_once_and_no_value_is_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        read(slack_bot_token="my-secret", kudos_port="my-port", kudos_log_format="my-format")
    assert len(caught.value.faults) == 3
    assert "my-" not in str(caught.value)


def test_what_is_missing_to_start_is_told_with_where_to_find_it() -> None:
    faults = read().faults_for_start()
    assert [fault.split()[0] for fault in faults] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert all("Slack app" in fault for fault in faults)


@each_row("scheme", ["postgres", "postgresql"])
def test_addresses_of_postgres_as_hosts_give_them_are_understood(scheme: str) -> None:
    assert read(database_url=f"{scheme}://u:p@h/k").database_url == "postgresql+psycopg://u:p@h/k"


def test_tokens_are_not_shown_by_what_prints_settings() -> None:
    settings = read(slack_bot_token="xoxb-planted", slack_signing_secret="planted")
    assert "planted" not in f"{settings!r} {settings} {settings.model_dump()}"
