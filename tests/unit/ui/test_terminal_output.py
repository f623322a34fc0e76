"""Output filters: no control characters, and ASCII only without UTF-8."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from textual.color import Color

from tui.sanitize import sanitize
from tui.ui.theme.terminal_output import StripControls, to_ascii


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("otoño, emisión", "otono, emision"),
        ("界面.mp4", "????.mp4"),
        ("срочно", "??????"),
        ("ftp://u:•••@h", "ftp://u:***@h"),
        ("cut off…", "cut off~"),
        ("┌─ Keys ─┐", "+- Keys -+"),
        ("━━──", "==--"),
        ("e\u0301", "e"),
        ("½", "?"),
        ("\ufffd", "?"),
    ],
)
def test_a_character_becomes_a_look_alike_or_a_question_mark(text: str, shown: str) -> None:
    assert to_ascii(text) == shown


@given(st.text(max_size=40).map(sanitize))
def test_ascii_output_has_the_same_width(text: str) -> None:
    shown = to_ascii(text)
    assert shown.isascii()
    assert shown.isprintable()
    assert len(shown) == cell_len(text)


PRINTABLE = st.text(max_size=40).filter(str.isprintable)
OBEYED = st.text("\x00\x1b\x07\x9b\x7f\u202e\u2028\u00ad\u200b\U000e0041", max_size=9)


@given(PRINTABLE, OBEYED)
def test_no_widget_can_send_a_control(text: str, obeyed: str) -> None:
    """Visible text and its position are unchanged."""
    ours = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    sent = StripControls().apply([Segment(text + obeyed), ours, Segment(text)], Color(0, 0, 0))
    assert sent[1:] == [ours, Segment(text)]
    assert sent[0].text.startswith(text)
    assert set(sent[0].text[len(text) :]) <= {"\ufffd"}
    assert sum(map(cell_len, sent[0].text)) == sum(map(cell_len, text + obeyed))
