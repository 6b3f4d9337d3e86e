"""Settings: defaults, precedence, and one plain sentence for whatever is wrong."""

import traceback
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, WrongSetting, load

CANARY = "7000000001:CANARY_abcdefghijklmnopqrstuvwxyz012"


def test_without_anything_the_sandbox_can_start(tmp_path: Path) -> None:
    settings = load({"PATH": "/bin"}, tmp_path)
    assert settings.bot_token is None
    assert settings.bot_api_url == "https://api.telegram.org"
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/shouwen.db"
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert (settings.log_level, settings.log_format) == ("info", "console")


def test_the_database_is_in_the_data_directory_unless_it_is_named(tmp_path: Path) -> None:
    assert load({"SHOUWEN_DATA_DIR": "/srv/desk"}, tmp_path).database_url == "sqlite:////srv/desk/shouwen.db"
    named = load({"SHOUWEN_DATABASE_URL": "sqlite:////srv/other.db"}, tmp_path)
    assert named.database_url == "sqlite:////srv/other.db"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "shouwen.toml").write_text('http_port = 9000\nlog_format = "json"\n')
    settings = load({"SHOUWEN_HTTP_PORT": "0", "SHOUWEN_LOG_LEVEL": "DEBUG"}, tmp_path)
    assert (settings.http_port, settings.log_format, settings.log_level) == (0, "json", "debug")


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    (tmp_path / "shouwen.toml").write_text("http_port = 9000\n")
    settings = load({"SHOUWEN_HTTP_PORT": "", "SHOUWEN_CONFIG": ""}, tmp_path)
    assert settings.bot_token is None
    assert settings.http_port == 9000


def test_a_token_that_is_set_but_empty_does_not_quietly_start_the_sandbox(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="SHOUWEN_BOT_TOKEN is set but empty"):
        load({"SHOUWEN_BOT_TOKEN": ""}, tmp_path)


def test_a_configuration_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "shouwen.toml").write_text("http_port = 1\n")
    (tmp_path / "other.toml").write_text("http_port = 2\n")
    assert load({"SHOUWEN_CONFIG": "other.toml"}, tmp_path).http_port == 2


def test_a_webhook_with_its_secret_is_accepted(tmp_path: Path) -> None:
    environ = {"SHOUWEN_WEBHOOK_URL": "https://desk.example/hook", "SHOUWEN_WEBHOOK_SECRET": "a_B-9"}
    settings = load(environ, tmp_path)
    assert settings.webhook_url == "https://desk.example/hook"
    assert settings.webhook_secret is not None
    assert settings.webhook_secret.get_secret_value() == "a_B-9"


HOOK = {"SHOUWEN_WEBHOOK_URL": "https://desk.example/hook"}


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"SHOUWEN_HTPP_PORT": "1"}, "SHOUWEN_HTPP_PORT is not a setting of Shouwen; did you mean SHOUWEN_HTTP_PORT?"),
        ({"SHOUWEN_TOKEN": CANARY}, "did you mean SHOUWEN_BOT_TOKEN?"),
        ({"SHOUWEN_HTTP_PORT": "70000"}, "SHOUWEN_HTTP_PORT must be a whole number from 0 to 65535"),
        ({"SHOUWEN_HTTP_PORT": "web"}, "SHOUWEN_HTTP_PORT must be a whole number"),
        ({"SHOUWEN_LOG_LEVEL": "loud"}, "SHOUWEN_LOG_LEVEL must be debug, info, warning or error."),
        ({"SHOUWEN_LOG_FORMAT": "xml"}, "SHOUWEN_LOG_FORMAT must be console or json."),
        ({"SHOUWEN_BOT_TOKEN": f"{CANARY} "}, "SHOUWEN_BOT_TOKEN must be the token as BotFather gives it"),
        ({"SHOUWEN_BOT_TOKEN": "CANARY"}, "SHOUWEN_BOT_TOKEN must be the token as BotFather gives it"),
        ({"SHOUWEN_BOT_API_URL": "api.telegram.org"}, "SHOUWEN_BOT_API_URL must be an address that begins with"),
        ({"SHOUWEN_DATABASE_URL": "mysql://CANARY@db/x"}, "SHOUWEN_DATABASE_URL must be sqlite:/// and the path"),
        (HOOK, "SHOUWEN_WEBHOOK_SECRET must be set when SHOUWEN_WEBHOOK_URL is."),
        (HOOK | {"SHOUWEN_WEBHOOK_SECRET": "CANARY!"}, "SHOUWEN_WEBHOOK_SECRET must be 1 to 256 letters"),
        (HOOK | {"SHOUWEN_WEBHOOK_SECRET": "C" * 257}, "SHOUWEN_WEBHOOK_SECRET must be 1 to 256 letters"),
        ({"SHOUWEN_WEBHOOK_URL": "http://desk.example/hook"}, "SHOUWEN_WEBHOOK_URL must be an address that begins"),
        ({"SHOUWEN_CONFIG": "absent.toml"}, "absent.toml cannot be read: No such file or directory."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_without_the_value(
    environ: dict[str, str], says: str, tmp_path: Path
) -> None:
    with pytest.raises(WrongSetting) as caught:
        load(environ, tmp_path)
    sentence = str(caught.value)
    assert says in sentence
    assert "\n" not in sentence
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('bot_tokn = "1:x"', "bot_tokn is not a setting of Shouwen; did you mean bot_token?"),
        ("http_port = -1", "http_port in the configuration file must be a whole number"),
        ("data_dir = 3", "data_dir in the configuration file must be the path of a directory."),
        ("http_port: 1", "is not valid TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_by_its_own_name(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "shouwen.toml").write_text(text)
    with pytest.raises(WrongSetting) as caught:
        load({}, tmp_path)
    assert says in str(caught.value)


def test_settings_do_not_change_and_do_not_show_secrets(tmp_path: Path) -> None:
    settings = load({"SHOUWEN_BOT_TOKEN": CANARY, "SHOUWEN_WEBHOOK_SECRET": "CANARY"}, tmp_path)
    assert "CANARY" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.http_port = 1  # type: ignore[misc]


def test_the_process_environment_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHOUWEN_HTTP_PORT", "1")
    monkeypatch.setenv("HTTP_PORT", "2")
    assert load({}, tmp_path).http_port == 8080
    assert Settings().http_port == 8080
