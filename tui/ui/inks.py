"""The inks' colours under any theme, readable whatever the theme's author chose. Pure.

A theme of ours says its inks; those of another are mixed from its own colours. All are then
moved towards black or white until they stand out from what they are drawn on.
"""

from collections.abc import Callable, Mapping, Sequence

from textual.color import Color
from textual.theme import Theme

from tui.model.status import Phase
from tui.ui.colours import Rgb, blend, contrast

Seen = Callable[[Rgb], Rgb]
"""What the terminal makes of a colour."""

GROUNDS = ("ink-cursor", "ink-cursor-blurred")
TRACE = "ink-rest"
"""Rules and the empty part of bars: no text."""

# Contrasts: with the background, and for what the cursor is drawn over, with the cursor's.
_TEXT_FLOORS, _TRACE_FLOORS, _CURSOR_FLOOR = (4.5, 3.5), (3.0, 2.5), 1.2
_STEPS_INKS = 40

ANSI_INKS = {
    "ink-plain": "ansi_default",
    "ink-dim": "ansi_default",
    "ink-accent": "ansi_default",
    "ink-warning": "ansi_default",
    "ink-rest": "ansi_default",
    "ink-old": "ansi_default",
    "ink-number": "ansi_magenta",
    # Of the sixteen only these two are read on black and on white alike.
    **{f"ink-{phase.value}": "ansi_default" for phase in Phase},
    "ink-downloading": "ansi_magenta",
    "ink-transcoding": "ansi_magenta",
    "ink-uploading": "ansi_magenta",
    "ink-error": "ansi_red",
    "ink-cursor": "ansi_default",
    "ink-cursor-blurred": "ansi_default",
}


def inks_of(theme: Theme, chosen: Mapping[str, str] | None, seen: Seen) -> dict[str, str]:
    """Every ink's colour: `chosen`, or mixed from `theme`, and moved until it can be read."""
    if theme.ansi:
        return ANSI_INKS
    if chosen is not None and theme.background is not None:
        ground = _parse(theme.background)
        drafts = {name: _parse(colour) for name, colour in chosen.items()}
    else:
        made = theme.to_color_system().generate()
        ground = _parse(made["background"])
        drafts = _mixed({name: _parse(made[name]) for name in _USED})
    inks = {name: _apart(drafts[name], [(ground, _CURSOR_FLOOR)], seen) for name in GROUNDS}
    for name, draft in drafts.items():
        if name not in GROUNDS:
            floor, on_cursor = _TRACE_FLOORS if name == TRACE else _TEXT_FLOORS
            over = [(inks[each], on_cursor) for each in GROUNDS]
            inks[name] = _apart(draft, [(ground, floor), *over], seen)
    return {name: f"#{red:02x}{green:02x}{blue:02x}" for name, (red, green, blue) in inks.items()}


_USED = (
    "background",
    "foreground",
    "primary",
    "secondary",
    "accent",
    "warning",
    "error",
    "success",
)


def _mixed(theme: Mapping[str, Rgb]) -> dict[str, Rgb]:
    ground, plain, primary = theme["background"], theme["foreground"], theme["primary"]
    return {
        "ink-plain": plain,
        "ink-dim": blend(plain, ground, 0.4),
        "ink-accent": primary,
        "ink-warning": theme["warning"],
        "ink-rest": blend(plain, ground, 0.7),
        "ink-old": blend(plain, ground, 0.4),
        "ink-number": blend(theme["secondary"], plain, 0.3),
        "ink-queued": blend(plain, ground, 0.25),
        "ink-downloading": theme["secondary"],
        "ink-transcoding": primary,
        "ink-uploading": theme["accent"],
        "ink-finished": theme["success"],
        "ink-error": theme["error"],
        "ink-unknown": theme["warning"],
        "ink-cursor": blend(ground, primary, 0.22),
        "ink-cursor-blurred": blend(ground, plain, 0.1),
    }


def _apart(draft: Rgb, grounds: Sequence[tuple[Rgb, float]], seen: Seen) -> Rgb:
    """`draft`, moved until it has each ground's contrast as the terminal shows both."""
    drawn_on = [(seen(ground), floor) for ground, floor in grounds]
    first = drawn_on[0][0]
    white, black = (255, 255, 255), (0, 0, 0)
    end = white if contrast(first, white) > contrast(first, black) else black
    for step in range(_STEPS_INKS + 1):
        moved = blend(draft, end, step / _STEPS_INKS)
        if all(contrast(seen(moved), ground) >= floor for ground, floor in drawn_on):
            return moved
    return end


def _parse(colour: str) -> Rgb:
    return Color.parse(colour).rgb
