"""No text reaches a Textual API that parses markup in a plain `str`.

Ruff bans imports (pyproject.toml); these tests check the calls of what remains.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "tui" / "ui"
SOURCES = sorted(UI.rglob("*.py"))

MADE_OF_TEXT = {"Text", "Content", "escape_markup"}
"""Types and functions that keep text literal."""

TITLES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title", "placeholder"}
NO_MARKUP = {"notify", "OptionList"}
"""Calls that parse markup unless told not to."""

OWN_WORDS = {"Binding": 3, "SystemCommand": 2}
"""Calls that parse markup: their first arguments must be literals."""


def breaches(source: str) -> Iterator[str]:
    """Yield the line of each place where a text could be parsed as markup."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call():
                yield from (f"{node.lineno}: {each}" for each in _of_call(node))
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in TITLES:
                if not _is_safe(value):
                    yield f"{node.lineno}: {name} is neither a literal nor a Content"
            case ast.FunctionDef(name="render" | "render_str" | "get_content_width"):
                yield f"{node.lineno}: a widget that renders anything but lines"


def _of_call(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    given = {each.arg: each.value for each in call.keywords}
    if name in NO_MARKUP and ast.unparse(given.get("markup", ast.Constant(None))) != "False":
        yield f"{name}() without markup=False"
    if name == "Option" and not (call.args and _is_made_of_text(call.args[0])):
        yield "Option() of a str"
    words = [*call.args[: OWN_WORDS.get(name, 0)]]
    words += [value for key, value in given.items() if key in TITLES]
    if any(not _is_safe(each) for each in words):
        yield f"{name}() with words that are no literals"


def _is_safe(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or _is_made_of_text(node)


def _is_made_of_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in MADE_OF_TEXT


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(UI)))
def test_no_widget_reads_markup(path: Path) -> None:
    assert list(breaches(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "planted",
    [
        "self.notify(name)",
        "app.notify(f'copied {name}', markup=True)",
        "Option(name)",
        "Option(f'{name}', id=name)",
        "OptionList(*names)",
        "self.border_title = name",
        "pane.border_subtitle = f'of {name}'",
        "pane.tooltip = name.title()",
        "Lines(tooltip=name)",
        "Binding('a', 'act', name)",
        "SystemCommand('Copy', f'copy {name}', copy)",
        "class Name(Widget):\n    def render(self): return self.name",
    ],
)
def test_a_planted_violation_is_found(planted: str) -> None:
    assert len(list(breaches(planted))) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "from textual.widgets import Static",
        "from textual.widgets import Label, Button, DataTable, Tree, Select, Tabs",
        "from textual.widgets._markdown import Markdown",
        "from textual import widgets",
        "import textual.widgets",
        "from textual.widgets.option_list import Option",
        "from textual.visual import visualize",
        "from textual.markup import to_content",
        "from rich.text import Text\nText.from_markup(name)",
        "from textual.content import Content\nContent.from_markup(name)",
        "from rich.markup import render",
        "from rich.console import Console",
        "from rich import print",
        "from rich.table import Table",
    ],
)
def test_modules_that_read_markup_cannot_be_imported(planted: str) -> None:
    ruff = (sys.executable, "-m", "ruff", "check", "--select", "TID251", "--no-cache")
    checked = subprocess.run(
        (*ruff, "--stdin-filename", "tui/ui/planted.py", "-"),
        input=planted, capture_output=True, text=True, check=False, cwd=UI.parents[1],
    )  # fmt: skip
    assert (checked.returncode, "TID251" in checked.stdout) == (1, True), checked
