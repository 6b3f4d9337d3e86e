"""What the operator decides, read once at the start by the composition root alone.

Every setting has one name: `SHOUWEN_BOT_TOKEN` in the environment is `bot_token` in the TOML file. The file is the
one that `SHOUWEN_CONFIG` names, or `shouwen.toml` in the working directory if there is one; the environment wins, and
an empty variable counts as not set. A name nobody knows is refused, so that a misspelt setting is never silently
ignored. No error carries a value: the value may be a secret.
"""

import difflib
import re
import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX: Final = "SHOUWEN_"
CONFIG: Final = f"{PREFIX}CONFIG"
CONFIG_FILE: Final = "shouwen.toml"
DATABASE_FILE: Final = "shouwen.db"

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # Bot API, setWebhook: secret_token
_PATH = re.compile(r"[A-Za-z0-9/._~-]*")  # what the server's router takes as it is
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class WrongSetting(Exception):
    """A setting cannot be used. The text is one plain sentence for the operator and holds no value."""


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:  # .port raises beyond 65535
        raise ValueError
    return value.rstrip("/")


def _public_address(value: str) -> str:
    parts = urlsplit(_web_address(value))
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError
    if not _PATH.fullmatch(parts.path):
        raise ValueError
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class Settings(BaseSettings):
    """All settings, checked. Each description completes the sentence "<name> must be …"."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    # Telegram
    bot_token: SecretStr | None = Field(
        default=None, description="the token as BotFather gives it: digits, a colon, then letters, digits, _ or -"
    )
    bot_api_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="https://api.telegram.org", description="an address that begins with https:// or http://"
    )
    webhook_url: Annotated[str, AfterValidator(_public_address)] | None = Field(
        default=None,
        description="an address that begins with https:// (http:// only on this machine itself), with a plain path",
    )
    webhook_secret: SecretStr | None = Field(default=None, description="1 to 256 letters, digits, _ or -")

    # Storage
    data_dir: Path = Field(default=Path("data"), description="the path of a directory")
    database_url: str = Field(
        default_factory=lambda known: f"sqlite:///{known['data_dir'] / DATABASE_FILE}",
        description="sqlite:/// and the path of a file",
        pattern=r"^sqlite:///.+$",
    )

    # Speech
    speech_command: str | None = Field(
        default=None,
        description="a command with its arguments, that prints what is said in the voice file whose path is added",
    )

    # HTTP: health, metrics, webhook
    http_host: str = Field(default="127.0.0.1", description="an address of this machine", min_length=1)
    http_port: int = Field(
        default=8080, ge=0, le=65535, description="a whole number from 0 to 65535 (0: any free port)"
    )

    # Log
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description="debug, info, warning or error"
    )
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = Field(
        default="console", description="console or json"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the caller alone: `load` is given its environment instead of reaching for the process's."""
        return (init_settings,)

    @field_validator("bot_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError
        return value

    @field_validator("speech_command")
    @classmethod
    def _command_shape(cls, value: str | None) -> str | None:
        if value is not None and not shlex.split(value):  # which raises where a quote is left open
            raise ValueError
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError
        return value

    @model_validator(mode="after")
    def _webhook_is_guarded(self) -> Self:
        if self.webhook_url is not None and self.webhook_secret is None:
            raise ValueError
        return self


def load(environ: Mapping[str, str], cwd: Path) -> Settings:
    """Read the settings from `environ` and the configuration file; relative paths begin at `cwd`.

    Raises `WrongSetting` on an unknown name, a value that does not fit, or a file that cannot be read.
    """
    if environ.get(_variable("bot_token"), "absent") == "":
        raise WrongSetting(f"{_variable('bot_token')} is set but empty; unset it to run the sandbox.")
    variables = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value}
    for name in variables:
        _refuse_unknown(name, [CONFIG, *(_variable(field) for field in Settings.model_fields)])
    values = _read_file(variables.pop(CONFIG, None), cwd)
    shown = {key: f"{key} in the configuration file" for key in values}
    for name, value in variables.items():
        key = name.removeprefix(PREFIX).lower()
        values[key] = value
        shown[key] = name
    data_dir = values.get("data_dir", Settings.model_fields["data_dir"].default)
    if isinstance(data_dir, str | Path):
        values["data_dir"] = cwd / Path(data_dir).expanduser()
    try:
        return Settings(**values)
    except ValidationError as error:
        raise WrongSetting(_sentence(error, shown)) from None


def _read_file(named: str | None, cwd: Path) -> dict[str, Any]:
    path = cwd / (named or CONFIG_FILE)
    if named is None and not path.exists():
        return {}
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except OSError as error:
        raise WrongSetting(f"The configuration file {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise WrongSetting(
            f"The configuration file {path} is not valid TOML; expected lines like name = value."
        ) from None
    for key in values:
        _refuse_unknown(key, list(Settings.model_fields))
    return values


def _variable(field: str) -> str:
    return PREFIX + field.upper()


def _refuse_unknown(name: str, known: list[str]) -> None:
    if name in known:
        return
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
    raise WrongSetting(f"{name} is not a setting of Shouwen; did you mean {nearest[0]}?")


def _sentence(error: ValidationError, shown: Mapping[str, str]) -> str:
    location = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
    if not location:  # the one rule about two settings
        return f"{_variable('webhook_secret')} must be set when {_variable('webhook_url')} is."
    field = str(location[0])
    return f"{shown.get(field, _variable(field))} must be {Settings.model_fields[field].description}."
