"""What the guards of the config file say of a profile. Pure.

A guard for profiles has no filter, or one of the field `profile`. Another one can't be checked, so
it denies.
"""

from collections.abc import Sequence

from tui.actions.guards import GuardCheck, Ruling
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.syntax_tree import fields_of
from tui.model import order as orders
from tui.model.actions import ActionKind, Guard
from tui.model.order_facts import OrderFacts
from tui.model.profiles import EncodingProfile


def rule_profile(
    guards: Sequence[Guard], kind: ActionKind, profile: EncodingProfile, now: float
) -> Ruling:
    """Return what the guards say of a profile: what they would say of an order that has it."""
    for guard in guards:
        if guard.action is kind and not guard.problem and not _is_about_profiles(guard):
            words = f"the guard {guard.filter!r} cannot be checked for a profile"
            return Ruling(words + (f" ({guard.reason})" if guard.reason else ""))
    job = orders.SubJob(orders.Profile(str(profile.id), profile.name))
    detail = orders.OrderDetail("", jobs=(job,))
    facts = OrderFacts("", "", orders.Phase.UNKNOWN, None, detail=detail)
    return GuardCheck(guards, kind, now).rule(facts)


def _is_about_profiles(guard: Guard) -> bool:
    try:
        return not guard.filter or fields_of(parse(guard.filter)) <= {"profile"}
    except QueryError:
        return True  # `GuardCheck` denies it, and says why
