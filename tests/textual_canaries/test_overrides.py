"""No class of `tui.ui` overrides an attribute of Textual by accident, or uses a private one."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from functools import cache

import tui.ui

CONVENTIONAL = {"ALLOW_SELECT", "AUTO_FOCUS", "BINDINGS", "CSS_PATH", "DEFAULT_CSS", "TITLE"}
"""Attributes that Textual documents as settings of a class."""

INTENDED = {
    "App": {
        # `PatchedApp`
        *(
            "_background_screens",
            "_display",
            "_exception",
            "_handle_exception",
            "_print_error_renderables",
        ),
        *("_register", "_replace_screen", "_return_code", "exit", "get_driver_class"),
        "suspend",
        # `TranscodeApp`: its screens, commands and themes
        *("action_command_palette", "action_quit", "check_action", "get_css_variables"),
        "get_default_screen",
        *("get_key_display", "get_line_filters", "get_system_commands", "notify"),
        *("get_theme_variable_defaults", "no_color", "search_themes", "theme"),
    },
    "CommandPalette": {"_gather_commands"},
    "Input": {
        *("action_copy", "action_cut", "cursor_blink", "replace"),
        # `UrlField`: its secrets are shown and copied as dots
        *("highlighter", "select_on_focus", "selected_text", "selection"),
    },
    "LineFilter": {"apply"},
    "LinuxDriver": {
        *("_file", "_get_terminal_size", "_mouse_pixels", "_must_signal_resume", "exit_event"),
        *("_run_input_thread", "_sigcont_application", "_sigtstp_application", "_size"),
        *("process_message", "run_input_thread", "stop_application_mode"),
    },
    "ModalScreen": {"check_action"},
    "Screen": {"check_action", "render_lines"},
    "ScrollView": {
        *(
            "check_action",
            "check_consume_key",
            "notify_style_update",
            "render_line",
            "virtual_size",
        ),
        "watch_scroll_y",
    },
    "Widget": {"render_lines"},
    "XTermParser": {
        *("_awaiting", "_gen", "_timeout_time", "feed", "terminal_pixel_size", "terminal_size"),
        "tick",
    },
}
"""By class of Textual, the attributes that our subclasses override or set on purpose."""


@cache
def own_classes() -> dict[type, type]:
    """Return every class of `tui.ui` that inherits from Textual, with its nearest Textual base."""
    found: dict[type, type] = {}
    for info in pkgutil.walk_packages(tui.ui.__path__, "tui.ui."):
        module = importlib.import_module(info.name)
        for kind in vars(module).values():
            if inspect.isclass(kind) and kind.__module__ == module.__name__:
                bases = [base for base in kind.__mro__ if is_textual(base)]
                found |= {kind: bases[0]} if bases else {}
    return found


def is_textual(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "textual"


@cache
def syntax(kind: type) -> ast.ClassDef:
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(node, ast.ClassDef)
    return node


def self_attributes(kind: type, context: type[ast.expr_context]) -> set[str]:
    """Return the attributes of `self` that the methods of `kind` set or use."""
    return {
        node.attr
        for node in ast.walk(syntax(kind))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, context)
        and ast.unparse(node.value) in ("self", "super()")
    }


@cache
def defined(kind: type) -> set[str]:
    """Return the names that `kind` itself defines in its body or in its methods."""
    names = self_attributes(kind, ast.Store)
    for node in syntax(kind).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def inherited(kind: type) -> set[str]:
    """Return the names that the Textual bases of `kind` define."""
    return set().union(*(defined(base) for base in kind.__mro__ if is_textual(base)))


def is_override(name: str) -> bool:
    # Textual calls a handler `on_…` of each class, so that none overrides another.
    return name not in CONVENTIONAL and name != "compose" and not name.startswith(("__", "on_"))


def test_every_override_is_intended() -> None:
    unintended = {
        f"{kind.__qualname__}.{name}"
        for kind, base in own_classes().items()
        for name in defined(kind) & inherited(kind) - INTENDED.get(base.__name__, set())
        if is_override(name)
    }
    assert unintended == set()


def test_no_private_attribute_is_used_outside_the_fixes() -> None:
    found = {
        f"{kind.__qualname__}.{name}"
        for kind in own_classes()
        if not kind.__module__.startswith("tui.ui.textual_fixes.")
        for name in defined(kind) | self_attributes(kind, ast.Load)
        if name.startswith("_") and not name.startswith("__") and name in inherited(kind)
    }
    assert found == set()
