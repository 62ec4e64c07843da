"""Settings, read once from the environment and `.env`, and checked together."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.environment import env_file, setting_faults
from bot.environment.own_address import own_address
from bot.environment.setting_faults import SLACK_API_URL, TOKEN_PREFIXES
from bot.slack.outgoing import proxies
from storage.engine.database_url import normalised_url, sqlite_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

ENV_FILE = ".env"  # in the folder where the command is started
# Names a file like `.env` that all else goes before, as our image has one.
DEFAULTS = "KUDOS_DEFAULTS"


def _defaults_file() -> str | None:
    return os.environ.get(DEFAULTS)  # noqa: TID251 - it is here


@contextmanager
def slack_settings_hidden() -> Iterator[None]:
    """Takes what is set for Slack from the environment, where libraries would find it as well.

    Bolt, while its app is made, would warn of a token that is not used, and begin an OAuth of its
    own with a store of files.
    """
    environment = os.environ  # noqa: TID251 - it is here
    hidden = {name: value for name, value in environment.items() if name.startswith("SLACK_")}
    for name in hidden:
        del environment[name]
    try:
        yield
    finally:
        environment.update(hidden)


class ConfigError(Exception):
    """Some settings are wrong; `faults` has one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class _Trimmed(PydanticBaseSettingsSource):
    """What stands in the environment or in `.env`, without what is empty: that is not set."""

    def __init__(self, source: PydanticBaseSettingsSource) -> None:
        super().__init__(source.settings_cls)
        self._source = source

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Returns what the source has for one field."""
        return self._source.get_field_value(field, field_name)

    def __call__(self) -> dict[str, Any]:
        """Returns what is set, by the names of the fields."""
        written = self._source()
        trimmed = {name: setting_faults.trimmed(value) for name, value in written.items()}
        return {name: value for name, value in trimmed.items() if value}


class Settings(BaseSettings):
    """What an operator sets. `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8-sig", extra="ignore", frozen=True
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Returns where settings come from, the first of them going before the others."""
        # Each is trimmed on its own: what is empty in one hides nothing in the next.
        defaults = DotEnvSettingsSource(settings_cls, env_file=_defaults_file())
        return (
            init_settings,
            _Trimmed(env_settings),
            _Trimmed(dotenv_settings),
            _Trimmed(defaults),
        )

    @field_validator("*", mode="before")
    @classmethod
    def _is_one_line(cls, value: object) -> object:
        return setting_faults.one_line(value) if isinstance(value, str) else value

    @field_validator("kudos_log_level", "kudos_log_format", mode="before")
    @classmethod
    def _in_small_letters(cls, value: str) -> str:
        return value.strip().lower()

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _begins_like_a_token(cls, value: SecretStr, info: object) -> SecretStr:
        prefix = TOKEN_PREFIXES[getattr(info, "field_name", "")]
        return SecretStr(setting_faults.token(value.get_secret_value(), prefix))

    @field_validator("slack_signing_secret", "slack_client_secret")
    @classmethod
    def _is_a_secret(cls, value: SecretStr) -> SecretStr:
        return SecretStr(setting_faults.secret(value.get_secret_value()))

    @field_validator("slack_client_id")
    @classmethod
    def _is_an_id(cls, value: str) -> str:
        return setting_faults.secret(value)

    @field_validator("kudos_health_port", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("kudos_host")
    @classmethod
    def _is_a_host(cls, value: str) -> str:
        return setting_faults.host(value)

    @field_validator("kudos_trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        return setting_faults.networks(value)

    @field_validator("slack_api_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        return setting_faults.api_address(value)

    @field_validator("kudos_url")
    @classmethod
    def _is_an_own_address(cls, value: str) -> str:
        return own_address(value) if value.strip() else ""

    @field_validator("kudos_secret_key")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        return SecretStr(setting_faults.keys(value.get_secret_value()))

    @field_validator("kudos_allowed_teams")
    @classmethod
    def _are_teams(cls, value: str) -> str:
        return setting_faults.teams(value)

    @field_validator("kudos_home")
    @classmethod
    def _is_a_folder(cls, value: Path) -> Path:
        return setting_faults.folder(value)

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        return normalised_url(value) if value else ""

    @model_validator(mode="after")
    def _has_a_database(self) -> Self:
        if not self.database_url:
            # Written through, because the settings are frozen from here on.
            object.__setattr__(self, "database_url", sqlite_url(self.kudos_home / "kudos.db"))
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
        return faults + self._fault_of_ports() + list(proxies().faults())

    def faults_for_sending(self) -> list[str]:
        """Return what is missing to send to Slack and listen to nothing, one sentence each."""
        if self.is_for_many:
            return self._faults_for_many()
        if not self.slack_bot_token.get_secret_value():
            return self.faults_for_start()[:1]
        return list(proxies().faults())

    def _fault_of_ports(self) -> list[str]:
        """Returns that two servers cannot be on one port, where there would be two."""
        is_http = not self.slack_app_token.get_secret_value()
        if is_http and self.kudos_port and self.kudos_port == self.kudos_health_port:
            return ["KUDOS_HEALTH_PORT must be another port than KUDOS_PORT, or empty."]
        return []

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
        id_, secret = self.slack_client_id, self.slack_client_secret.get_secret_value()
        if secret and secret in {id_, self.slack_signing_secret.get_secret_value()}:
            faults.append(
                "SLACK_CLIENT_SECRET is the same as another setting. Slack shows Client ID, "
                "Client Secret and Signing Secret one below the other: copy each anew."
            )
        return faults + self._fault_of_ports() + list(proxies().faults())


def read_settings(**given: Any) -> Settings:
    """Return the settings; what is given here goes before the environment.

    Raises `ConfigError` with a sentence for every fault.
    """
    file = given.get("_env_file", ENV_FILE)
    if file is not None:
        known = {name.upper() for name in Settings.model_fields}
        faults = env_file.faults_of(Path(file), known, set(os.environ))  # noqa: TID251 - it is here
        if faults:
            raise ConfigError(faults)
    try:
        return Settings(**given)
    except ValidationError as error:
        raise ConfigError([_sentence(dict(fault)) for fault in error.errors()]) from None


def _sentence(fault: dict[str, object]) -> str:
    """Return one sentence that names the setting and what would be right, but not its value."""
    location = fault["loc"]
    name = str(location[0]).upper() if isinstance(location, tuple) and location else "A setting"
    context = fault.get("ctx")
    expected = context.get("expected") if isinstance(context, dict) else None
    kind = str(fault["type"])
    if kind == "literal_error":
        what = f"must be one of {expected}"
    elif kind.startswith("int_") or kind in {"greater_than_equal", "less_than_equal"}:
        what = "must be a number between 0 and 65535"
    else:
        what = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name} {what}."
