"""The default key labels of the screens, for tests of texts that mention keys."""

from textual.dom import DOMNode

from tui.ui.actions import MAIN_SCREEN_IDS, ORDER_SCREEN_IDS, KeyLabels
from tui.ui.app import TranscodeApp
from tui.ui.keymap import binding_infos
from tui.ui.main_screen.screen import MainScreen
from tui.ui.order_screen.screen import OrderScreen


def _default_labels(screen: type[DOMNode], ids: KeyLabels) -> KeyLabels:
    keys = {info.id: info.keys[0] for info in binding_infos(TranscodeApp, [screen])}
    return KeyLabels(*(keys[each].replace("escape", "esc") if each else "" for each in ids))


MAIN_SCREEN_LABELS = _default_labels(MainScreen, MAIN_SCREEN_IDS)
ORDER_SCREEN_LABELS = _default_labels(OrderScreen, ORDER_SCREEN_IDS)
