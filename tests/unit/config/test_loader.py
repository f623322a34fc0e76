"""Sources of settings, and messages about missing and invalid ones."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tui.config.loader import build_config, resolve_settings
from tui.config.settings import DEFAULT_API_URL, PREFERENCES, Config, ConfigError
from tui.model.account import Account, Secret

HIDDEN = "hunter2-hunter2"
ENV = {
    "TRANSPARENT_COMPANY_ID": "42",
    "TRANSPARENT_CLIENT_ID": "me",
    "TRANSPARENT_CLIENT_SECRET": HIDDEN,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def load(flags: Mapping[str, object], environ: Mapping[str, str], path: Path) -> Config:
    return build_config(resolve_settings(flags, environ, path))


def account(config: Config) -> tuple[str, str, str, str]:
    known = config.account
    return known.company, known.client_id, known.client_secret.reveal(), known.api_url


def error(flags: dict[str, object], environ: dict[str, str], path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(flags, environ, path)
    assert HIDDEN not in f"{caught.value!r} {caught.value.__cause__!r}"
    return str(caught.value)


def test_defaults(path: Path) -> None:
    config = load({}, ENV, path)
    assert config.account == Account("42", "me", Secret(HIDDEN), DEFAULT_API_URL)
    defaults = {setting.key: setting.default for setting in PREFERENCES}
    assert {key: getattr(config, key) for key in defaults} == defaults
    assert set(Config.__struct_fields__) == {"account", *defaults}
    assert (config.refresh, config.theme, config.cache, config.log_level) == (
        5,
        "dark",
        True,
        "off",
    )
    assert HIDDEN not in repr(config)


@pytest.mark.parametrize(
    ("flags", "environ", "file", "refresh"),
    [
        ({"refresh": 2}, {"TRANSCODE_TUI_REFRESH": "3"}, "refresh = 4", 2.0),
        ({"refresh": None}, {"TRANSCODE_TUI_REFRESH": "3"}, "refresh = 4", 3.0),
        ({}, {"TRANSCODE_TUI_REFRESH": ""}, "refresh = 4", 4.0),
        ({}, {}, "", 5.0),
    ],
)
def test_precedence(
    path: Path, flags: dict[str, object], environ: dict[str, str], file: str, refresh: float
) -> None:
    assert load(flags, {**ENV, **environ}, write(path, file)).refresh == refresh


def test_variables_of_other_tools_count_after_our_own(path: Path) -> None:
    other = {
        "TCDN_COMPANY_ID": "7",
        "TCDN_CLIENT_ID": "you",
        "TCDN_CLIENT_SECRET": "x",
        "TCDN_HOST_URL": "https://other.example/",
    }
    config = load({}, other, path)
    assert account(config) == ("7", "you", "x", "https://other.example")
    assert account(load({}, {**other, **ENV}, path))[0] == "42"


@pytest.mark.parametrize("key", ["company", "client_id", "client_secret"])
def test_missing_account_settings_are_empty_and_named(path: Path, key: str) -> None:
    environ = {name: value for name, value in ENV.items() if key.upper() not in name}
    found = resolve_settings({}, environ, path)
    assert found[key].origin == ""
    assert build_config(found).account.missing == (key,)


def test_the_demo_needs_no_account(path: Path) -> None:
    known = Account("1", "2", Secret("3"), "https://h")
    write(path, "secret_command = 'false'\nrefresh = 9")
    config = build_config(
        resolve_settings({}, {"TRANSPARENT_API_URL": "no"}, path, PREFERENCES), known
    )
    assert (config.account, config.refresh) == (known, 9.0)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("refresh", "0", "1 to 3600"),
        ("refresh", "3601", "1 to 3600"),
        ("refresh", "'nan'", "1 to 3600"),
        ("refresh", "'soon'", "1 to 3600"),
        ("read_only", "'maybe'", "true or false"),
        ("theme", "[]", "must be text"),
        ("mouse", "'some'", "true or false"),
        ("cache", "2", "true or false"),
        ("order_url", "'https://h/orders'", "must contain {id}"),
        ("order_url", "'https://h/{id}/{order}'", "braces other than"),
        ("order_url", "'https://{company}.example/{id}'", "in the host"),
        ("order_url", "'http://example.com/{id}'", "must be https://"),
        ("order_url", "'ftp://example.com/{id}'", "must be an address"),
        ("order_url", "'https://u:hunter2-hunter2@h/{id}'", "must not contain a user"),
        ("order_url", "'https://h/{id}?token=hunter2-hunter2'", "must not contain a password"),
        ("glyphs", "1", "one of auto, unicode, ascii"),
        ("api_url", "'http://example.com'", "must be https://"),
        ("api_url", "'https://u:hunter2-hunter2@h'", "must not contain a user"),
        ("api_url", "'https://h?x=hunter2-hunter2'", "must not contain ? or #"),
        ("company", "''", "must be text"),
        ("company", "true", "must be text"),
        ("company", '"a\\u001bb"', "must be plain text"),
        ("client_secret", "['hunter2-hunter2']", "must be plain text"),
        ("client_secret", '"hunter2-hunter2\\u0007"', "must be plain text"),
    ],
)
def test_a_problem_names_source_and_key(path: Path, key: str, value: str, why: str) -> None:
    environ = {name: text for name, text in ENV.items() if key.upper() not in name}
    said = error({}, environ, write(path, f"{key} = {value}"))
    assert said.startswith(f"{path}: {key}: ")
    assert why in said
    assert "hunter2" not in said


def test_origins(path: Path) -> None:
    assert error({"refresh": "x"}, ENV, path) == "--refresh: 1 to 3600 seconds"
    environ = {**ENV, "TRANSCODE_TUI_GLYPHS": "x"}
    assert error({}, environ, path) == "$TRANSCODE_TUI_GLYPHS: one of auto, unicode, ascii"


def test_the_first_of_several_problems_is_reported_with_their_number(path: Path) -> None:
    write(path, "refresh = 0\nthemes = 1\nmouse = 5\n")
    assert error({}, ENV, path) == (
        f"{path}: unknown key 'themes' (2 more: transcode-tui config check)"
    )


@pytest.mark.parametrize(
    ("word", "value"), [("1", True), ("Yes", True), ("false", False), ("0", False)]
)
def test_booleans(path: Path, word: str, value: bool) -> None:
    assert load({}, {**ENV, "TRANSCODE_TUI_READ_ONLY": word}, path).read_only is value


@pytest.mark.parametrize(
    "template", ["https://h/{company}/{id}", "https://h?o={id}#{id}", "http://127.0.0.1:8/{id}"]
)
def test_link_templates(path: Path, template: str) -> None:
    assert load({}, ENV, path).order_url == ""
    assert load({}, {**ENV, "TRANSCODE_TUI_ORDER_URL": template}, path).order_url == template


FILE = f"company = 42\nclient_id = 'me'\nclient_secret = '{HIDDEN}'\n"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_secret_readable_by_others_is_rejected(path: Path, mode: int) -> None:
    assert error({}, {}, write(path, FILE, mode)).endswith(f"run chmod 600 {path}")
    assert load({}, ENV, path).account.client_secret == Secret(HIDDEN)  # the file is not needed


def test_a_private_config_file_may_hold_the_secret(path: Path) -> None:
    assert account(load({}, {}, write(path, FILE))) == ("42", "me", HIDDEN, DEFAULT_API_URL)


def test_a_separate_secret_file(path: Path) -> None:
    environ = {name: value for name, value in ENV.items() if "SECRET" not in name}
    secret = write(path.parent / "secret", f"{HIDDEN}\n")
    write(path, "client_secret_file = 'secret'", 0o644)
    assert load({}, environ, path).account.client_secret == Secret(HIDDEN)
    secret.chmod(0o644)
    assert error({}, environ, path).endswith(f"run chmod 600 {secret}")


@pytest.mark.parametrize("name", ['"gone"', '"."', '"~no-such-user/x"', '"a\\u0000b"', "[]"])
def test_a_secret_file_that_cannot_be_read(path: Path, name: str) -> None:
    environ = {name: value for name, value in ENV.items() if "SECRET" not in name}
    path.parent.chmod(0o700)
    said = error({}, environ, write(path, f"client_secret_file = {name}"))
    assert said.startswith("client_secret_file ")
    assert said.endswith(" cannot be read")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"client_secret = '{HIDDEN}", "is not TOML"),
        (f"client_secret = {HIDDEN}", "is not TOML"),
        (f"{HIDDEN} =", "is not TOML"),
    ],
)
def test_a_bad_file(path: Path, text: str, said: str) -> None:
    assert error({}, ENV, write(path, text)).startswith(f"{path} {said}")


@pytest.mark.parametrize(
    ("text", "key"), [("secret = 1", "secret"), ('"a\\u001bb" = 1', "a\ufffdb"), ('"" = 1', "")]
)
def test_an_unknown_key(path: Path, text: str, key: str) -> None:
    assert error({}, ENV, write(path, text)) == f"{path}: unknown key {key!r}"


def test_an_unreadable_config_file(path: Path) -> None:
    path.mkdir()
    assert error({}, ENV, path).startswith(f"{path} cannot be read: ")
    path.rmdir()
    path.write_bytes(b"company = '\xff'")
    assert error({}, ENV, path).startswith(f"{path} is not TOML")
