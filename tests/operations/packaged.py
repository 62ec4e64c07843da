"""What the files for containers and hosts set, as Docker, Compose, Render and Fly would."""

from __future__ import annotations

import io
import json
import re
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any

import yaml
from dotenv import dotenv_values

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILLED_IN = {  # what people fill in where a file leaves it to them
    "SLACK_CLIENT_ID": "12.34",
    "SLACK_CLIENT_SECRET": "0123456789abcdef",
    "SLACK_SIGNING_SECRET": "fedcba9876543210",
    "KUDOS_SECRET_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "KUDOS_URL": "https://kudos.example.com",
    "KUDOS_DOMAIN": "kudos.example.com",
    "POSTGRES_PASSWORD": "0123456789abcdef",
}
OF_ONE = {"SLACK_BOT_TOKEN": "xoxb-1-2-x", "SLACK_APP_TOKEN": "xapp-1-A0"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Returns the instructions of the Dockerfile, in their order."""
    lines = [line for line in text_of("Dockerfile").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [
        (word, rest.strip())
        for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())
    ]


def healthcheck() -> list[str]:
    """Returns the command by which the image is asked how it is."""
    [check] = [rest for word, rest in instructions() if word == "HEALTHCHECK"]
    command: list[str] = json.loads(check.partition("CMD ")[2])
    return command


def image_environment(folder: Path) -> dict[str, str]:
    """Returns the environment of a container; files of the image's are written into a folder."""
    [env] = [rest for word, rest in instructions() if word == "ENV"]
    environment = dict(pair.split("=", 1) for pair in env.split())
    path = environment["KUDOS_DEFAULTS"]
    [making] = [rest for word, rest in instructions() if word == "RUN" and path in rest]
    made = folder / "kudos.env"
    subprocess.run(  # noqa: S603 - what stands in our Dockerfile
        ["/bin/sh", "-ec", making.replace(path, str(made))], check=True
    )
    del environment["PATH"]
    return environment | {"KUDOS_DEFAULTS": str(made)}


def env_file(text: str) -> dict[str, str]:
    """Returns what `--env-file` and Compose make of a file: also what is empty."""
    return {name: value or "" for name, value in dotenv_values(stream=io.StringIO(text)).items()}


def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(text_of("compose.yml"))
    return parsed


def compose_environment(service: str, folder: Path, written: str) -> dict[str, str]:
    """Returns the environment of a service of ours, with this text as `.env`."""
    of_file = env_file(written)

    def filled(value: str) -> str:
        return re.sub(r"\$\{(\w+)[^}]*\}", lambda named: of_file[named[1]], value)

    set_here = compose()["services"][service]["environment"]
    named = {name: filled(str(value)) for name, value in set_here.items()}
    return image_environment(folder) | of_file | named


def render_environment(folder: Path) -> dict[str, str]:
    """Returns the environment of the web service on Render."""
    [web] = yaml.safe_load(text_of("render.yaml"))["services"]
    environment = image_environment(folder)
    for each in web["envVars"]:
        name = each["key"]
        if "fromDatabase" in each:
            assert each["fromDatabase"]["property"] == "connectionString"
            environment[name] = "postgresql://kudos:0123abc@dpg-abc-a/kudos_abc"
        else:
            environment[name] = each["value"] if "value" in each else FILLED_IN[name]
    return environment


def fly_environment(folder: Path) -> dict[str, str]:
    """Returns the environment of the machine on Fly, with the secrets that its file names."""
    fly = tomllib.loads(text_of("fly.toml"))
    secrets = re.findall(r"(\w+)=…", text_of("fly.toml"))
    given: dict[str, str] = fly["env"] | {name: OF_ONE[name] for name in secrets}
    return image_environment(folder) | given
