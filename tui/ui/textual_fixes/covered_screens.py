"""Draw no screen that is covered, and every one that is seen through others.

Fix: a change of a screen below an opaque one draws the same cells of the one above again, and again
after each further message. If screens have a border, other cells are drawn, and in place of what
has changed above. Textual: `app.py`, `App._background_screens` has the screen below the top one
even if that is opaque; `screen.py`, `Screen._compositor_refresh` marks a screen that is below
another one as changed each time it is drawn. Version: 8.2.8. Delete this module and
`PatchedApp._background_screens` when Textual asks whether the top screen is opaque.

`forget_backgrounds` is for another fault: below two dialogs a screen stays as it was when the
second one came, so that old data looks fresh. Textual: `Screen._compositor_refresh` refreshes the
top screen alone, and one in between draws what is below it from its cache. Version: 8.2.8. Delete
it when Textual refreshes all screens above the one that has changed.
"""

from collections.abc import Iterable
from typing import Any

from textual.screen import Screen


def is_opaque(screen: Screen[Any]) -> bool:
    return screen.styles.background.a == 1


def forget_backgrounds(screens: Iterable[Screen[Any]]) -> None:
    """Let `screens` draw again what is below them. To be called before the top one is drawn."""
    for screen in screens:
        screen._set_dirty()  # noqa: SLF001 - `refresh` would draw the top one again, without end
