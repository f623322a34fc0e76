"""What is sent to a terminal that knows no UTF-8."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.model.text import clean
from tui.ui.filters import ascii_of


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
def test_a_look_alike_or_a_question_mark(text: str, shown: str) -> None:
    assert ascii_of(text) == shown


@given(st.text(max_size=40).map(clean))
def test_it_is_ascii_and_as_wide(text: str) -> None:
    shown = ascii_of(text)
    assert shown.isascii()
    assert shown.isprintable()
    assert len(shown) == cell_len(text)
