"""Draw no screen that is covered.

Fix: a change of a screen below an opaque one draws the same cells of the one above again, and again
after each further message. If screens have a border, other cells are drawn, and in place of what
has changed above. Textual: `app.py`, `App._background_screens` has the screen below the top one
even if that is opaque; `screen.py`, `Screen._compositor_refresh` marks a screen that is below
another one as changed each time it is drawn. Version: 8.2.8. Delete this module and
`PatchedApp._background_screens` when Textual asks whether the top screen is opaque.
"""

from typing import Any

from textual.screen import Screen


def is_opaque(screen: Screen[Any]) -> bool:
    return screen.styles.background.a == 1
