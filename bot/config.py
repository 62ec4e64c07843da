"""Settings, read once from the environment and `.env`, and checked together."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.store import normalised_url

SLACK_API_URL = "https://slack.com/api/"
TOKEN_PREFIXES = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}


class ConfigError(Exception):
    """Some settings are wrong; `faults` has one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """What an operator sets. `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_api_url: str = SLACK_API_URL
    kudos_home: Path = Path("~/.kudos")
    database_url: str = ""
    kudos_host: str = "127.0.0.1"
    kudos_port: int = Field(default=3000, ge=0, le=65535)
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

    @field_validator("slack_api_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError(f"must be an address such as {SLACK_API_URL}")
        return value.rstrip("/") + "/"

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
