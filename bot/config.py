"""Settings, read once from the environment and `.env`, and checked together."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.tokens import TokenBox
from storage.store import normalised_url

SLACK_API_URL = "https://slack.com/api/"
ENV_FILE = ".env"  # in the folder where the command is started
TOKEN_PREFIXES = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}


class ConfigError(Exception):
    """Some settings are wrong; `faults` has one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """What an operator sets. `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    slack_api_url: str = SLACK_API_URL
    kudos_home: Path = Path("~/.kudos")
    database_url: str = ""
    kudos_url: str = ""
    kudos_secret_key: SecretStr = SecretStr("")
    kudos_allowed_teams: str = ""
    kudos_delete_after_days: int = Field(default=30, ge=0, le=65535)
    kudos_host: str = "127.0.0.1"
    kudos_port: int = Field(default=3000, ge=0, le=65535)
    kudos_health_port: int | None = Field(default=None, ge=0, le=65535)
    kudos_trusted_proxies: str = ""
    kudos_log_level: Literal["debug", "info", "warning", "error"] = "info"
    kudos_log_format: Literal["text", "json"] = "text"

    @field_validator("kudos_log_level", "kudos_log_format", mode="before")
    @classmethod
    def _in_small_letters(cls, value: str) -> str:
        return value.strip().lower()

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _begins_like_a_token(cls, value: SecretStr, info: object) -> SecretStr:
        name = getattr(info, "field_name", "")
        token, prefix = value.get_secret_value().strip(), TOKEN_PREFIXES[name]
        if token and not token.startswith(prefix):
            swapped = token.startswith(tuple(TOKEN_PREFIXES.values()))
            hint = " (the two tokens seem to be swapped)" if swapped else ""
            raise ValueError(f"must begin with {prefix}{hint}")
        return SecretStr(token)

    @field_validator("kudos_health_port", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("kudos_trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        proxies = [each.strip() for each in value.split(",") if each.strip()]
        for each in proxies:
            try:
                ip_network(each, strict=False)
            except ValueError:
                raise ValueError(
                    "must be addresses or networks with commas between them, such as 10.0.0.0/8"
                ) from None
        return ",".join(proxies)

    @field_validator("slack_api_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError(f"must be an address such as {SLACK_API_URL}")
        return value.rstrip("/") + "/"

    @field_validator("slack_client_id")
    @classmethod
    def _stripped(cls, value: str) -> str:
        return value.strip()

    @field_validator("kudos_url")
    @classmethod
    def _is_an_own_address(cls, value: str) -> str:
        value = value.strip().rstrip("/")
        if value and not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w./~-]*)?", value):
            raise ValueError("must be an address such as https://kudos.example.com")
        return value

    @field_validator("kudos_secret_key")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        try:
            if value.get_secret_value().strip():
                TokenBox(value.get_secret_value())
        except ValueError:
            raise ValueError(
                "must be a key that `kudos secret-key` printed, or several with commas between them"
            ) from None
        return value

    @field_validator("kudos_allowed_teams")
    @classmethod
    def _are_teams(cls, value: str) -> str:
        teams = [each.strip() for each in value.split(",") if each.strip()]
        if not all(re.fullmatch("[TE][A-Z0-9]{1,31}", each) for each in teams):
            raise ValueError(
                "must be ids of workspaces or organizations with commas between them, such as "
                "T0123456789,E0123456789"
            )
        return ",".join(teams)

    @field_validator("kudos_home")
    @classmethod
    def _expanded(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        return normalised_url(value) if value else ""

    @model_validator(mode="after")
    def _has_a_database(self) -> Self:
        if not self.database_url:
            # Written through, because the settings are frozen from here on.
            path = self.kudos_home / "kudos.db"
            object.__setattr__(self, "database_url", f"sqlite:///{path}")
        return self

    def faults_for_start(self) -> list[str]:
        """Return what is missing to run against Slack, one sentence each."""
        if self.is_for_many:
            return self._faults_for_many()
        faults = []
        if not self.slack_bot_token.get_secret_value():
            faults.append(
                "SLACK_BOT_TOKEN is missing. "
                "It begins with xoxb- and is found in your Slack app under OAuth & Permissions."
            )
        if not (
            self.slack_app_token.get_secret_value() or self.slack_signing_secret.get_secret_value()
        ):
            faults.append(
                "SLACK_APP_TOKEN is missing. It begins with xapp- and is made in your Slack app "
                "under Basic Information, App-Level Tokens, with the scope connections:write."
            )
        return faults

    def faults_for_sending(self) -> list[str]:
        """Return what is missing to send to Slack and listen to nothing, one sentence each."""
        if self.is_for_many:
            return self._faults_for_many()
        return [] if self.slack_bot_token.get_secret_value() else self.faults_for_start()[:1]

    @property
    def is_for_many(self) -> bool:
        """Whether workspaces come by OAuth; a bot token stands for one workspace alone."""
        has_credentials = self.slack_client_id or self.slack_client_secret.get_secret_value()
        return bool(has_credentials) and not self.slack_bot_token.get_secret_value()

    @property
    def allowed_teams(self) -> frozenset[str]:
        """The workspaces and organizations that may install the app; empty where all may."""
        return frozenset(self.kudos_allowed_teams.split(",")) - {""}

    def _faults_for_many(self) -> list[str]:
        place = "It is found in your Slack app under Basic Information."
        needed: dict[str, str | SecretStr] = {
            f"SLACK_CLIENT_ID is missing. {place}": self.slack_client_id,
            f"SLACK_CLIENT_SECRET is missing. {place}": self.slack_client_secret,
            f"SLACK_SIGNING_SECRET is missing. {place}": self.slack_signing_secret,
            (
                "KUDOS_SECRET_KEY is missing. `kudos secret-key` prints one; keep it as safe as "
                "your backups, and apart from them."
            ): self.kudos_secret_key,
            (
                "KUDOS_URL is missing. It is the address under which Slack and people reach this "
                "server, such as https://kudos.example.com."
            ): self.kudos_url,
        }
        faults = [
            sentence
            for sentence, value in needed.items()
            if not (value if isinstance(value, str) else value.get_secret_value()).strip()
        ]
        if self.slack_app_token.get_secret_value():
            faults.append(
                "SLACK_APP_TOKEN is for one workspace alone. Leave it empty, since Slack sends "
                "what happens in many workspaces over HTTP."
            )
        return faults


def read_settings(**given: object) -> Settings:
    """Return the settings; what is given here goes before the environment.

    Raises `ConfigError` with a sentence for every fault.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigError([_sentence(dict(fault)) for fault in error.errors()]) from None


def _sentence(fault: dict[str, object]) -> str:
    """Return one sentence that names the setting and what would be right, but not its value."""
    location = fault["loc"]
    name = str(location[0]).upper() if isinstance(location, tuple) and location else "A setting"
    context = fault.get("ctx")
    expected = context.get("expected") if isinstance(context, dict) else None
    match fault["type"]:
        case "literal_error":
            what = f"must be one of {expected}"
        case "int_parsing" | "greater_than_equal" | "less_than_equal":
            what = "must be a number between 0 and 65535"
        case _:
            what = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name} {what}."
