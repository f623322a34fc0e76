"""`[[guard]]` in the config file: what it means, and that a mistake in it denies."""

import pytest

from tests.support.paths import ROOT
from tui.config.guards import parse_guards
from tui.config.loader import parse
from tui.model.actions import ActionKind, Guard

REQUEUE = ActionKind.REQUEUE


def guards(text: str) -> tuple[Guard, ...]:
    return parse_guards(parse(ROOT, text)["guard"])


@pytest.mark.parametrize(
    ("lines", "guard"),
    [
        (
            'filter = "profile:4k"\naction = "requeue"\ndeny = true\nreason = "by hand"',
            Guard("profile:4k", REQUEUE, deny=True, reason="by hand"),
        ),
        ('action = "requeue"\nconfirm = "type-id"', Guard("", REQUEUE, type_id=True)),
        ("max = 3", Guard("", None, max=3)),
        ("deny = false", Guard("", None)),
        (
            'action = "delete-profile"\ndeny = true',
            Guard("", ActionKind.DELETE_PROFILE, deny=True),
        ),
        ('deny = true\nreason = "a\\u001bb"', Guard("", None, deny=True, reason="a�b")),
    ],
)
def test_a_guard(lines: str, guard: Guard) -> None:
    assert guards(f"[[guard]]\n{lines}") == (guard,)


@pytest.mark.parametrize(
    ("lines", "action", "problem"),
    [
        ('filter = "("\naction = "requeue"\ndeny = true', REQUEUE, "filter is invalid: "),
        ("filter = 3\ndeny = true", None, "filter must be a text"),
        (
            'filter = "finished<1h"\ndeny = true',
            None,
            "filter looks at finished, which only the history knows",
        ),
        ('action = "rerun"\ndeny = true', None, "action must be one of requeue, create, "),
        ('action = "requeue"\ndeny = "yes"', REQUEUE, "deny must be true or false"),
        ('action = "requeue"\nconfirm = "type"', REQUEUE, 'confirm must be "type-id"'),
        ('action = "requeue"\nmax = 0', REQUEUE, "max must be a whole number from 1 on"),
        ('action = "requeue"\nmax = true', REQUEUE, "max must be a whole number from 1 on"),
        ('action = "requeue"\nreason = 1\ndeny = true', REQUEUE, "reason must be a text"),
        ('action = "requeue"\nreason = "x"', REQUEUE, "needs one of deny, confirm, max"),
        ('action = "requeue"\ndenny = true', REQUEUE, "'denny' is no key of a guard"),
    ],
)
def test_a_mistake_is_named_and_denies(lines: str, action: ActionKind | None, problem: str) -> None:
    (guard,) = guards(f"[[guard]]\n{lines}")
    assert guard.action is action
    assert guard.problem.startswith(f"guard 1: {problem}")


@pytest.mark.parametrize(
    "text", ["guard = 1", "[guard]\ndeny = true", 'guard = ["deny"]', "guard = [1]"]
)
def test_what_is_no_guard_denies_everything(text: str) -> None:
    (guard,) = guards(text)
    assert guard.problem
    assert guard.action is None


def test_too_many_guards_deny_everything() -> None:
    found = parse_guards([{"deny": True}] * 5000)
    assert len(found) == 101
    assert found[-1] == Guard("", None, problem="5000 guards are too many: 100 are possible")
