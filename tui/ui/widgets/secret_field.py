"""A field for a URL, in which passwords and signed parameters are hidden while they are typed."""

import re

from rich.highlighter import Highlighter
from rich.text import Text
from textual.widgets.input import Selection  # noqa: TID251 - a range in a text

from tui.masking import DOTS, secret_spans
from tui.ui.widgets.text_field import TextField

_DOT = DOTS[0]
# While it is typed, a password of digits looks like a port.
_MAY_BE_PASSWORD = re.compile(r"://[^/?#@\s]*:(\d+)\Z")


def conceal(text: str, *, typing: bool = False) -> str:
    """Return `text` with a dot for each character of a secret. While `typing`, what may become a
    password is one.
    """
    spans = secret_spans(text)
    if typing and (found := _MAY_BE_PASSWORD.search(text)):
        spans.append(found.span(1))
    shown = list(text)
    for start, stop in spans:
        shown[start:stop] = _DOT * (stop - start)
    return "".join(shown)


class _Conceal(Highlighter):
    """Changes what is drawn, not the value."""

    def __init__(self, field: "UrlField") -> None:
        self._field = field

    def highlight(self, text: Text) -> None:
        text.plain = conceal(text.plain, typing=self._field.has_focus)


class UrlField(TextField):
    """Shows and copies its text without its secrets. With the focus, a placeholder for a secret
    that is not known is selected, so that typing replaces it.
    """

    def __init__(self, key: str, value: str, *, limit: int) -> None:
        super().__init__(key, value, limit=limit)
        self.highlighter = _Conceal(self)
        self.select_on_focus = False

    @property
    def selected_text(self) -> str:
        start, stop = sorted(self.selection)
        return conceal(self.value, typing=True)[start:stop]

    def on_focus(self) -> None:
        start = self.value.find(DOTS)
        if start >= 0:
            self.selection = Selection(start, start + len(DOTS))
