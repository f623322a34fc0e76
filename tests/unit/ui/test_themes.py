"""Every theme at every color depth, and the detection of the depth."""

import pytest
from textual.color import Color

from tui.model.order import Phase
from tui.ui.theme.colors import PALETTE_NUMBERS, ColorDepth, contrast, detect_depth, nearest
from tui.ui.theme.themes import (
    _SAME_COLOR,
    DEFAULT,
    available_themes,
    parse_theme,
    role_variables,
    theme_for,
)

COLOURED = [
    (name, many)
    for name, theme in available_themes(ColorDepth.TRUE_COLOR).items()
    if not theme.ansi
    for many in (ColorDepth.TRUE_COLOR, ColorDepth.ANSI_256)
]


@pytest.mark.parametrize(("name", "many"), COLOURED)
def test_every_role_has_enough_contrast_on_its_background(name: str, many: ColorDepth) -> None:
    def seen(colour: str) -> tuple[int, int, int]:
        rgb = Color.parse(colour).rgb
        return nearest(rgb) if many is ColorDepth.ANSI_256 else rgb

    theme = available_themes(many)[name]
    ground = seen(theme.to_color_system().generate()["background"])
    roles = {role: seen(colour) for role, colour in role_variables(theme, many).items()}
    cursors = ("role-cursor", "role-cursor-blurred")
    for role, colour in roles.items():
        if role in cursors:
            assert contrast(colour, ground) >= 1.2, role
        elif role == "role-faint":
            assert contrast(colour, ground) >= 3
            assert all(contrast(colour, roles[each]) >= 2.5 for each in cursors)
        else:
            assert contrast(colour, ground) >= 4.5, role
            assert all(contrast(colour, roles[each]) >= 3.5 for each in cursors), role
    assert roles["role-error"] not in (roles["role-finished"], roles["role-plain"])


def test_every_theme_has_every_role() -> None:
    themes = available_themes(ColorDepth.TRUE_COLOR)
    names = {
        name: set(role_variables(theme, ColorDepth.TRUE_COLOR)) for name, theme in themes.items()
    }
    assert set(map(frozenset, names.values())) == {frozenset(names[DEFAULT])}
    assert {f"role-{role}" for role in _SAME_COLOR.values()} <= names[DEFAULT]
    assert {f"role-{phase.value}" for phase in Phase} <= names[DEFAULT]


def test_a_theme_by_its_name() -> None:
    assert {"dark", "light", "ansi", "mono", "nord", "textual-light"} <= available_themes(
        ColorDepth.TRUE_COLOR
    ).keys()
    assert parse_theme(" Nord ") == "nord"
    assert parse_theme("pink") is None
    assert theme_for("nord", ColorDepth.ANSI_256) == "nord"
    assert theme_for("pink", ColorDepth.TRUE_COLOR) == "dark"


@pytest.mark.parametrize("few", [ColorDepth.NONE, ColorDepth.ANSI_16])
def test_with_16_colors_the_terminal_palette_is_used(few: ColorDepth) -> None:
    assert all(theme.ansi for theme in available_themes(few).values())
    assert theme_for("dark", few) == theme_for("nord", few) == "ansi"
    assert theme_for("ansi-light", few) == "ansi-light"
    assert theme_for("mono", few) == "mono"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm-256color"}, ColorDepth.ANSI_256),
        ({"TERM": "tmux-256color"}, ColorDepth.ANSI_256),
        ({"TERM": "xterm-kitty"}, ColorDepth.ANSI_256),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, ColorDepth.TRUE_COLOR),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, ColorDepth.TRUE_COLOR),
        ({"TERM": "screen"}, ColorDepth.ANSI_16),
        ({"TERM": "linux"}, ColorDepth.ANSI_16),
        ({"TERM": "vt100"}, ColorDepth.ANSI_16),
        ({"TERM": "rxvt-16color"}, ColorDepth.ANSI_16),
        ({}, ColorDepth.ANSI_16),
        ({"TERM": "xterm-256color", "COLORTERM": "yes"}, ColorDepth.ANSI_256),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, ColorDepth.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, ColorDepth.ANSI_256),
        ({"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "standard"}, ColorDepth.ANSI_16),
        ({"TERM": "linux", "TEXTUAL_COLOR_SYSTEM": "truecolor"}, ColorDepth.TRUE_COLOR),
    ],
)
def test_color_depth_follows_the_environment(environ: dict[str, str], expected: ColorDepth) -> None:
    assert detect_depth(environ) is expected


@pytest.mark.parametrize(
    ("colour", "number"),
    [((0, 0, 0), 16), ((255, 255, 255), 231), ((95, 0, 255), 57), ((238, 238, 238), 255)],
)
def test_a_256_palette_color_maps_to_itself(colour: tuple[int, int, int], number: int) -> None:
    assert nearest(colour) == colour
    assert PALETTE_NUMBERS[colour] == number
