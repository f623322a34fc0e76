"""The app's theme: limited to what the terminal can show, and saved when the user chooses one."""

from collections.abc import Sequence

from textual.app import App
from textual.filter import LineFilter, NoColor
from textual.theme import Theme

from tui.model.account import ThemeStore
from tui.sanitize import sanitize
from tui.ui.notices import notify_not_saved
from tui.ui.theme.colors import ColorDepth
from tui.ui.theme.terminal_output import Glyphs, line_filters
from tui.ui.theme.themes import MONO, available_themes, parse_theme, role_variables, theme_for


class ThemeControl:
    """Answers what Textual asks the app about its theme. Made before the app constructs itself."""

    def __init__(
        self, app: App[None], depth: ColorDepth, glyphs: Glyphs, store: ThemeStore | None
    ) -> None:
        self.is_applied = False
        self._app = app
        self._depth = depth
        self._store = store
        self._saved_name = ""
        self._terminal_filters = line_filters(glyphs, depth)

    def apply(self, setting: str) -> None:
        """Switch to the theme that `setting` names, and offer readable themes only."""
        app = self._app
        themes = available_themes(self._depth)
        for theme in themes.values():
            app.register_theme(theme)
        chosen = themes[theme_for(setting, self._depth)]
        self.is_applied = True
        if chosen.ansi:
            app.theme = chosen.name
        else:
            # The watcher of `App.theme` would parse every rule again before the first paint.
            app.set_reactive(App.theme, chosen.name)
        app.stylesheet.set_variables(app.get_css_variables())
        for name in app.available_themes.keys() - themes.keys():
            app.unregister_theme(name)
        app.no_color = self.is_colorless(chosen.name)  # no watcher runs before the app does
        self._saved_name = chosen.name
        if parse_theme(setting) is None:
            name = sanitize(setting, 40)
            text = f"Unknown theme {name}; using {chosen.name}. The palette lists all themes."
            app.notify(text, severity="warning", markup=False)

    async def save(self, theme: Theme) -> None:
        """Save a theme that the user chose for the next start, or notify why not."""
        if self._store is not None and theme.name != self._saved_name:
            self._saved_name = theme.name
            notify_not_saved(self._app, await self._store.save_theme(theme.name))

    def is_colorless(self, theme_name: str) -> bool:
        """True where stylesheets should match `:nocolor`."""
        return self._depth is ColorDepth.NONE or theme_name == MONO

    def role_variables(self, theme: Theme) -> dict[str, str]:
        return role_variables(theme, self._depth)

    def line_filters(self, theme_name: str) -> Sequence[LineFilter]:
        return [*([NoColor()] if theme_name == MONO else []), *self._terminal_filters]
