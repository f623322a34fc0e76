"""Decode the answer of `current_user` to its companies. The shape is undocumented (D only names the
call), so everything that looks like a company is read.
"""

from collections.abc import Mapping

from tui.api.json_reader import each_of, loads, text_of
from tui.model.account import Company
from tui.model.order import is_id

_PLACES = ("companies", "company_set", "company", "company_id")


_MOST = 200


def read_companies(body: bytes) -> tuple[Company, ...]:
    """Return the companies that the answer names and that a path can name. Raises `InvalidJson`."""
    answer = loads(body)
    if not isinstance(answer, dict):
        return ()
    found = {
        company.id: company
        for place in _PLACES
        for item in each_of(answer.get(place))
        if (company := _company(item)) is not None
    }
    return tuple(found.values())[:_MOST]


def _company(item: object) -> Company | None:
    """A company as an object, or as its bare id."""
    if not isinstance(item, Mapping):
        item = {"id": item}
    number = next((id_ for key in ("id", "company_id") if (id_ := text_of(item.get(key)))), None)
    if number is None or not is_id(number):  # it could not be asked for
        return None
    return Company(number, text_of(item.get("name")) or "")
