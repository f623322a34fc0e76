"""The app's looks: themes that can be read on this terminal, and the one that is kept."""

from collections.abc import Sequence

from textual.app import App
from textual.filter import LineFilter, NoColor
from textual.theme import Theme

from tui.model.account import ThemeStore
from tui.sanitize import sanitize
from tui.ui.textual_fixes.patched_app import PatchedApp
from tui.ui.theme.colors import ColorDepth
from tui.ui.theme.terminal_output import Glyphs, line_filters
from tui.ui.theme.themes import MONO, available_themes, parse_theme, role_variables, theme_for


class ThemedApp(PatchedApp):
    """Draws in `theme` with what the terminal takes; a theme that is chosen goes to `looks`."""

    def __init__(
        self, theme: str, glyphs: Glyphs, depth: ColorDepth, looks: ThemeStore | None
    ) -> None:
        self._depth = depth  # asked for while Textual constructs itself
        self._is_themed = False
        # Set after construction, an ansi theme is black on black.
        super().__init__(ansi_color=True if depth.ansi else None)
        self._glyphs = glyphs
        self._looks = looks
        self._filters_for_terminal = line_filters(glyphs, depth)
        self._choose_theme(theme)
        self._theme_kept = self.theme

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._keep_theme)

    def get_css_variables(self) -> dict[str, str]:
        # Textual asks while it constructs itself, for a theme that is not to be shown.
        return super().get_css_variables() if self._is_themed else {}

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return role_variables(self.current_theme, self._depth)

    def get_line_filters(self) -> Sequence[LineFilter]:
        none = [NoColor()] if self.theme == MONO else []
        return [*super().get_line_filters(), *none, *self._filters_for_terminal]

    def watch_theme(self, name: str) -> None:
        # Read by the stylesheets' `:nocolor`.
        self.no_color = self._depth is ColorDepth.NONE or name == MONO

    def _choose_theme(self, setting: str) -> None:
        """Only themes that can be read on this terminal are there to choose from."""
        themes = available_themes(self._depth)
        for theme in themes.values():
            self.register_theme(theme)
        chosen = themes[theme_for(setting, self._depth)]
        self._is_themed = True
        if chosen.ansi:
            self.theme = chosen.name
        else:
            # Its watcher would have every rule parsed twice before the first paint.
            self.set_reactive(App.theme, chosen.name)
        self.stylesheet.set_variables(self.get_css_variables())
        for name in self.available_themes.keys() - themes.keys():
            self.unregister_theme(name)
        self.watch_theme(chosen.name)  # nobody watches yet
        if parse_theme(setting) is None:
            told = f"no theme is named {sanitize(setting, 40)}; the palette lists them"
            self.notify(told, severity="warning", markup=False)

    async def _keep_theme(self, theme: Theme) -> None:
        """A theme that was chosen is there at the next start, too."""
        name = theme.name
        if self._looks is None or name == self._theme_kept:
            return
        self._theme_kept = name
        self._tell_not_saved(await self._looks.save_theme(name))

    def _tell_not_saved(self, why: str | None) -> None:
        if why is not None:
            self.notify(f"not saved: {why}", severity="warning", markup=False)
