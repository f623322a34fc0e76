"""The table of settings, and what is derived from it."""

import pytest

from tests.support.paths import ROOT
from tui.cli.options import parse_options
from tui.config.settings import PREFERENCES, SETTINGS, Setting


def usage(setting: Setting) -> str:
    return f"{setting.flag} {setting.metavar}".rstrip()


def readme_row(setting: Setting) -> str:
    flag = f"`{usage(setting)}`" if setting.flag else ""
    variables = ", ".join(f"`{name}`" for name in setting.variables)
    is_literal = setting.default not in ("", ()) and not setting.required
    default = f"`{setting.default_text}`" if is_literal else setting.default_text
    meaning = setting.description
    if isinstance(setting.default, bool):  # the description is that of the flag
        meaning = f"if `{str(not setting.default).lower()}`, {meaning}"
    cells = (f"`{setting.key}`", flag, variables, default, meaning)
    return "| " + " | ".join(cells) + " |"


def test_the_readme_lists_every_setting() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    start = lines.index("| key in the file | flag | environment | default | meaning |") + 2
    end = start + lines[start:].index("")
    assert lines[start:end] == [readme_row(setting) for setting in SETTINGS]


def test_help_describes_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    for setting in SETTINGS:
        assert f"{usage(setting)} {setting.description}" in text or not setting.flag


def test_an_unused_flag_leaves_its_setting_unset() -> None:
    options = vars(parse_options([]))
    assert {options[setting.key] for setting in SETTINGS if setting.flag} == {None}


@pytest.mark.parametrize("setting", [each for each in SETTINGS if each.flag], ids=lambda s: s.key)
def test_a_flag_sets_its_setting(setting: Setting) -> None:
    arguments = [setting.flag, "some value"] if setting.metavar else [setting.flag]
    value = getattr(parse_options(arguments), setting.key)
    assert value == ("some value" if setting.metavar else not setting.default)


@pytest.mark.parametrize("setting", PREFERENCES, ids=lambda each: each.key)
def test_every_preference_has_a_default_and_every_boolean_a_flag(setting: Setting) -> None:
    assert not setting.required
    if isinstance(setting.default, bool):
        assert setting.flag.startswith("--no-") == setting.default
