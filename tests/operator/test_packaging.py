"""The files for containers and hosts: they name what there is, and settings that Kudos reads."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from bot.config import Settings
from tests.conftest import ROOT

KNOWN = {name.upper() for name in Settings.model_fields}
# Compose's own variables: they become settings inside of it.
OF_COMPOSE = {"KUDOS_DOMAIN", "POSTGRES_PASSWORD"}


def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
    return parsed


def test_the_image_is_made_of_files_that_are_there_and_not_ignored() -> None:
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile(), re.MULTILINE)
        for name in line.split()[:-1]
    ]
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert len(copied) >= 8
    for name in copied:
        assert (ROOT / name.removeprefix("./")).exists(), name
        assert f"!{name}" in kept, name


def test_the_image_runs_as_nobody_special_and_is_asked_how_it_is() -> None:
    assert re.search(r"^USER kudos$", dockerfile(), re.MULTILINE)
    assert "/healthz" in dockerfile()
    assert "--require-hashes" in dockerfile()


def test_compose_runs_two_processes_on_one_postgres_behind_a_proxy() -> None:
    services = compose()["services"]
    ours = [name for name, service in services.items() if service.get("image") == "kudos"]
    assert sorted(ours) == ["kudos-1", "kudos-2", "migrate"]
    assert services["proxy"]["command"].count("kudos-") == 2
    for name in ("kudos-1", "kudos-2"):
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


@pytest.mark.parametrize("name", ["compose.yml", "render.yaml", "fly.toml", "Dockerfile"])
def test_only_settings_are_set_that_kudos_reads(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:KUDOS|SLACK)_[A-Z_]+\b", text))
    assert named
    assert named <= KNOWN | OF_COMPOSE


def test_the_hosts_files_can_be_read() -> None:
    fly = tomllib.loads((ROOT / "fly.toml").read_text(encoding="utf-8"))
    assert fly["build"]["dockerfile"] == "Dockerfile"
    render = yaml.safe_load((ROOT / "render.yaml").read_text(encoding="utf-8"))
    (web,) = render["services"]
    assert web["healthCheckPath"] == "/healthz"
    assert web["preDeployCommand"] == "kudos migrate"
