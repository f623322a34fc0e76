"""The line of keys at the bottom: what works now, as much of it as there is room for."""

from textual.events import Click, Resize
from textual.screen import Screen

from tui.ui.bound import active_bindings
from tui.ui.glyphs import Glyphs
from tui.ui.keys import Key, key_name, keys_line, layout_keys
from tui.ui.widgets.lines import LineView


class KeysBar(LineView):
    """Like Textual's footer, but it never cuts a word, and it is one line, not many widgets."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="keys")
        self._glyphs = glyphs
        self._places: list[tuple[int, Key]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self._show()

    def on_resize(self, _: Resize) -> None:
        self._show()

    def _show(self) -> None:
        keys: dict[str, Key] = {}
        for active in active_bindings(self.screen):
            binding = active.binding
            if binding.show:
                shown = key_name(self.app.get_key_display(binding), self._glyphs)
                keys.setdefault(binding.action, Key(binding.key, shown, binding.description))
        self._places = layout_keys(list(keys.values()), self.size.width)
        self.show((keys_line(self._places),))

    def on_click(self, event: Click) -> None:
        for x, key in self._places:
            if x <= event.x < x + key.width:
                self.app.simulate_key(key.key)
