"""Every theme at every depth of colour, as a table; and how the depth is told."""

import pytest
from textual.color import Color

from tui.ui.colours import Depth, contrast, depth, nearest
from tui.ui.spans import INKS
from tui.ui.styles import _LIKE
from tui.ui.theme import DEFAULT, name_of, offered, shown_for, theme_inks

COLOURED = [
    (name, many)
    for name, theme in offered(Depth.TRUE).items()
    if not theme.ansi
    for many in (Depth.TRUE, Depth.MANY)
]


@pytest.mark.parametrize(("name", "many"), COLOURED)
def test_every_ink_can_be_read_on_what_it_is_drawn_on(name: str, many: Depth) -> None:
    def seen(colour: str) -> tuple[int, int, int]:
        rgb = Color.parse(colour).rgb
        return nearest(rgb)[1] if many is Depth.MANY else rgb

    theme = offered(many)[name]
    ground = seen(theme.to_color_system().generate()["background"])
    inks = {ink: seen(colour) for ink, colour in theme_inks(theme, many).items()}
    cursors = ("ink-cursor", "ink-cursor-blurred")
    for ink, colour in inks.items():
        if ink in cursors:
            assert contrast(colour, ground) >= 1.2, ink
        elif ink == "ink-rest":
            assert contrast(colour, ground) >= 3
            assert all(contrast(colour, inks[each]) >= 2.5 for each in cursors)
        else:
            assert contrast(colour, ground) >= 4.5, ink
            assert all(contrast(colour, inks[each]) >= 3.5 for each in cursors), ink
    assert inks["ink-error"] not in (inks["ink-finished"], inks["ink-plain"])


def test_every_theme_has_every_ink() -> None:
    themes = offered(Depth.TRUE)
    names = {name: set(theme_inks(theme, Depth.TRUE)) for name, theme in themes.items()}
    assert set(map(frozenset, names.values())) == {frozenset(names[DEFAULT])}
    assert {f"ink-{_LIKE.get(ink, ink)}" for ink in INKS} <= names[DEFAULT]


def test_a_theme_by_its_name() -> None:
    assert {"dark", "light", "ansi", "mono", "nord", "textual-light"} <= offered(Depth.TRUE).keys()
    assert name_of(" Nord ") == "nord"
    assert name_of("pink") is None
    assert shown_for("nord", Depth.MANY) == "nord"
    assert shown_for("pink", Depth.TRUE) == "dark"


@pytest.mark.parametrize("few", [Depth.NONE, Depth.SIXTEEN])
def test_few_colours_are_the_terminals_own(few: Depth) -> None:
    assert all(theme.ansi for theme in offered(few).values())
    assert shown_for("dark", few) == shown_for("nord", few) == "ansi"
    assert shown_for("ansi-light", few) == "ansi-light"
    assert shown_for("mono", few) == "mono"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm-256color"}, Depth.MANY),
        ({"TERM": "tmux-256color"}, Depth.MANY),
        ({"TERM": "xterm-kitty"}, Depth.MANY),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Depth.TRUE),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, Depth.TRUE),
        ({"TERM": "screen"}, Depth.SIXTEEN),
        ({"TERM": "linux"}, Depth.SIXTEEN),
        ({"TERM": "vt100"}, Depth.SIXTEEN),
        ({"TERM": "rxvt-16color"}, Depth.SIXTEEN),
        ({}, Depth.SIXTEEN),
        ({"TERM": "xterm-256color", "COLORTERM": "yes"}, Depth.MANY),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Depth.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Depth.MANY),
        ({"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "standard"}, Depth.SIXTEEN),
        ({"TERM": "linux", "TEXTUAL_COLOR_SYSTEM": "truecolor"}, Depth.TRUE),
    ],
)
def test_the_depth_is_told_by_the_environment(environ: dict[str, str], expected: Depth) -> None:
    assert depth(environ) is expected


@pytest.mark.parametrize(
    ("colour", "number"),
    [((0, 0, 0), 16), ((255, 255, 255), 231), ((95, 0, 255), 57), ((238, 238, 238), 255)],
)
def test_a_colour_of_the_256_is_its_own_nearest(colour: tuple[int, int, int], number: int) -> None:
    assert nearest(colour) == (number, colour)
