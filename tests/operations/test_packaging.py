"""The files for containers and hosts: what they name exists, and Kudos takes what they set."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.config import DEFAULTS, Settings, read_settings
from bot.environment.env_file import OF_COMPOSE
from bot.operations.files import BACKUPS
from tests.conftest import ROOT
from tests.operations.packaged import (
    FILLED_IN,
    OF_ONE,
    compose,
    compose_environment,
    env_file,
    fly_environment,
    healthcheck,
    image_environment,
    instructions,
    render_environment,
    text_of,
)
from tests.rows import each_row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KNOWN = {name.upper() for name in Settings.model_fields}
READ_OTHERWISE = {DEFAULTS, "KUDOS_REQUIRE_BROWSER", "KUDOS_REQUIRE_PGBOUNCER"}
FILES = ["compose.yml", "render.yaml", "fly.toml", "Dockerfile", ".github/workflows/ci.yml"]
# What an operator has of each, who followed the README.
AN_OLD_COPY = "KUDOS_HEALTH_PORT=\nKUDOS_HOME=\nKUDOS_TRUSTED_PROXIES=\nKUDOS_LOG_FORMAT=\n"


@pytest.fixture
def settings_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[Mapping[str, str]], Settings]:
    """Reads the settings in an environment, in a folder without a `.env`."""
    monkeypatch.chdir(tmp_path)

    def read(environment: Mapping[str, str]) -> Settings:
        with monkeypatch.context() as own:
            for name in [*KNOWN, DEFAULTS]:
                own.delenv(name, raising=False)
            for name, value in environment.items():
                own.setenv(name, value)
            return read_settings()

    return read


def filled_in(names: Mapping[str, str]) -> str:
    """Returns `.env.example`, copied and filled in."""
    text = text_of(".env.example")
    for name, value in names.items():
        text, count = re.subn(f"(?m)^#?{name}=.*$", f"{name}={value}", text)
        assert count == 1, name
    return text


def test_the_image_is_made_of_files_that_are_there_and_not_ignored() -> None:
    copied = [
        name
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from")
        for name in rest.split()[:-1]
    ]
    kept = text_of(".dockerignore").split()
    assert len(copied) >= 8
    for name in copied:
        assert (ROOT / name.removeprefix("./")).exists(), name
        assert f"!{name}" in kept, name


def test_the_image_runs_as_nobody_special_and_is_asked_how_it_is() -> None:
    assert ("USER", "kudos") in instructions()
    assert "/healthz" in healthcheck()[-1]


def test_the_image_takes_nothing_from_elsewhere_without_its_hash() -> None:
    installing = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    assert len(installing) == 2
    assert "--require-hashes -r requirements.lock" in installing[0]
    assert "--no-deps --no-build-isolation --no-index ." in installing[1]
    needed = tomllib.loads(text_of("pyproject.toml"))["build-system"]["requires"]
    for name in (re.split("[<>=]", each)[0] for each in needed):
        assert re.search(rf"^{name}==", text_of("requirements.lock"), re.MULTILINE), name


@each_row("written", ["", AN_OLD_COPY, filled_in(OF_ONE)])
def test_a_container_listens_and_is_asked_in_the_same_place_whatever_env_file_it_gets(
    settings_in: Callable[[Mapping[str, str]], Settings], tmp_path: Path, written: str
) -> None:
    settings = settings_in(image_environment(tmp_path) | OF_ONE | env_file(written))
    assert settings.faults_for_start() == []
    assert (settings.kudos_host, settings.kudos_port) == ("0.0.0.0", 3000)
    assert settings.kudos_log_format == "json"
    assert settings.database_url == "sqlite:////data/kudos.db"
    assert f"or '{settings.kudos_health_port}'" in healthcheck()[-1]


def test_a_setting_of_the_operators_goes_before_that_of_the_image(
    settings_in: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    settings = settings_in(image_environment(tmp_path) | {"KUDOS_HEALTH_PORT": "4001"})
    assert settings.kudos_health_port == 4001
    (tmp_path / ".env").write_text("KUDOS_HEALTH_PORT=5001\n", encoding="utf-8")
    assert settings_in(image_environment(tmp_path)).kudos_health_port == 5001


@each_row("service", ["kudos-1", "kudos-2", "migrate"])
def test_compose_starts_with_the_example_file_filled_in(
    settings_in: Callable[[Mapping[str, str]], Settings], tmp_path: Path, service: str
) -> None:
    of_many = {name: value for name, value in FILLED_IN.items() if name != "KUDOS_URL"}
    settings = settings_in(compose_environment(service, tmp_path, filled_in(of_many)))
    assert settings.faults_for_start() == []
    assert settings.kudos_url == "https://kudos.example.com"
    assert settings.database_url == ("postgresql+psycopg://kudos:0123456789abcdef@database/kudos")
    # The proxy passes on to this port, and its address is one of Docker's.
    assert f"{service}:{settings.kudos_port}" in compose()["services"]["proxy"]["command"] or (
        service == "migrate"
    )
    assert "172.16.0.0/12" in settings.kudos_trusted_proxies.split(",")
    assert settings.kudos_health_port == 3001


def test_compose_runs_two_processes_on_one_postgres_behind_a_proxy() -> None:
    services = compose()["services"]
    ours = [name for name, service in services.items() if service.get("image") == "kudos"]
    assert sorted(ours) == ["kudos-1", "kudos-2", "migrate"]
    assert services["proxy"]["command"].count("kudos-") == 2
    for name in ("kudos-1", "kudos-2"):
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def documented(beginning: str) -> list[list[str]]:
    """Returns the commands for restoring in containers that begin so, as words without that."""
    lines = text_of("docs/restore.md").splitlines()
    found = [shlex.split(line) for line in lines if line.startswith(beginning)]
    return [words[len(beginning.split()) :] for words in found]


def test_what_is_documented_for_compose_names_what_compose_has() -> None:
    services = compose()["services"]
    ours = {name for name, service in services.items() if service.get("image") == "kudos"}
    [stopped] = documented("docker compose stop")
    assert {*stopped} == {name for name in ours if services[name]["restart"] != "no"}
    assert documented("docker compose up")[0][-1] == "database"
    postgres = services["database"]["environment"]
    commands = documented("docker compose exec")
    assert len(commands) == 5
    for words in commands:
        is_piped = words[0] == "-T"  # a terminal would change what goes through it
        assert is_piped == bool({"<", ">"} & {*words})
        service, program, *rest = words[is_piped:]
        assert services[service]["image"].startswith("postgres:")
        assert program in {"pg_dump", "psql", "createdb", "pg_restore", "dropdb"}
        assert rest[rest.index("--username") + 1] == postgres["POSTGRES_USER"]
        names = {word for part in rest for word in part.split()}
        assert names & {postgres["POSTGRES_DB"], f"{postgres['POSTGRES_DB']}_before"}


def test_what_is_documented_for_fly_is_there() -> None:
    mounted = tomllib.loads(text_of("fly.toml"))["mounts"]["destination"]
    for words in documented("fly ssh console"):
        assert words[words.index("--user") + 1] == "kudos"
        program, *rest = words[words.index("--command") + 1].split()
        assert f"ENV PATH={Path(program).parent}:$PATH" in text_of("Dockerfile")
        assert rest[0] == "backup" or rest[1].startswith(f"{mounted}/{BACKUPS}/")
    *_, (_, last) = documented("fly machine update")
    [command] = [rest for word, rest in instructions() if word == "CMD"]
    assert last.split() == json.loads(command)


def test_render_starts_with_what_it_asks_for_filled_in(
    settings_in: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    environment = render_environment(tmp_path)
    settings = settings_in(environment)
    assert settings.faults_for_start() == []
    assert settings.is_for_many
    assert str(settings.kudos_port) == environment["PORT"]
    trusted = settings.kudos_trusted_proxies.split(",")
    assert "10.0.0.0/8" in trusted
    assert len(trusted) == 23
    [web] = yaml.safe_load(text_of("render.yaml"))["services"]
    assert web["healthCheckPath"] == "/healthz"
    assert web["preDeployCommand"] == "kudos migrate"


def test_fly_starts_with_the_secrets_that_its_file_names(
    settings_in: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    fly = tomllib.loads(text_of("fly.toml"))
    assert fly["build"]["dockerfile"] == "Dockerfile"
    settings = settings_in(fly_environment(tmp_path))
    assert settings.faults_for_start() == []
    assert str(settings.kudos_home) == fly["mounts"]["destination"]


@each_row("name", FILES)
def test_only_settings_are_set_that_kudos_reads(name: str) -> None:
    named = set(re.findall(r"\b(?:KUDOS|SLACK)_[A-Z_]+\b", text_of(name)))
    assert named <= KNOWN | OF_COMPOSE | READ_OTHERWISE


def installed_packages(tmp_path: Path, *there: str, on_ubuntu: bool) -> list[str]:
    """Returns what `.ci/packages` installs on a machine on which these commands exist."""
    commands, asked = tmp_path / "bin", tmp_path / "asked"
    commands.mkdir()
    # Ubuntu's archive has no `chromium`: https://packages.ubuntu.com/noble/chromium-browser
    refused = "chromium" if on_ubuntu else "nothing"
    (commands / "apt-get").write_text(
        f'#!/bin/sh\nfor word; do [ "$word" = {refused} ] && exit 100; echo "$word" >> {asked}; '
        "done; exit 0\n"
    )
    (commands / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
    for name in there:
        (commands / name).write_text("#!/bin/sh\n")
    for command in commands.iterdir():
        command.chmod(0o755)
    for name in ("id", "bash", "env"):
        (commands / name).symlink_to(f"/usr/bin/{name}")
    script = text_of(".ci/packages").replace('PATH="$PATH:/usr/sbin"', "")
    subprocess.run(  # noqa: S603 - our own script
        ["/bin/bash", "-c", script], check=True, env={"PATH": str(commands)}
    )
    words = asked.read_text().split() if asked.exists() else []
    return [
        word for word in words if not word.startswith("-") and word not in {"update", "install"}
    ]


def test_ci_installs_on_githubs_own_image_what_ubuntu_has(tmp_path: Path) -> None:
    # https://github.com/actions/runner-images: these are there, and no pgbouncer and faketime.
    browsers = ("chromium", "chromium-browser", "google-chrome")
    found = installed_packages(tmp_path, *browsers, on_ubuntu=True)
    assert found == ["pgbouncer", "faketime", "fonts-noto-core"]


def test_ci_installs_a_browser_on_debian(tmp_path: Path) -> None:
    found = installed_packages(tmp_path, on_ubuntu=False)
    assert found == ["chromium", "pgbouncer", "faketime", "fonts-noto-core"]


def test_ci_installs_nothing_where_everything_is_there(tmp_path: Path) -> None:
    assert installed_packages(tmp_path, "chromium", "pgbouncer", "faketime", on_ubuntu=True) == []


def test_the_workflow_runs_scripts_that_are_there() -> None:
    workflow = yaml.safe_load(text_of(".github/workflows/ci.yml"))
    steps = [step["run"] for step in workflow["jobs"]["test"]["steps"] if "run" in step]
    scripts = [word for step in steps for word in step.split() if "/" in word]
    named = re.findall(r"\.ci/\w+", text_of(".ci/run"))
    assert scripts == [".ci/run"]
    for name in [*scripts, *named]:
        assert os.access(ROOT / name, os.X_OK), name
    targets = re.findall(r"^make ([\w-]+)", text_of(".ci/run"), re.MULTILINE)
    assert targets
    for target in targets:
        assert re.search(rf"^[\w -]*\b{target}\b[\w -]*:", text_of("Makefile"), re.MULTILINE), (
            target
        )
