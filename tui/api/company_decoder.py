"""Decodes the answer of `current_user` to its companies. The sources don't show its shape (D only
names the call), so everything that looks like a company is read.
"""

from collections.abc import Mapping

from tui.api.json_reader import each_of, loads, text_of
from tui.model.account import Company
from tui.model.order import is_id

_MEMBERS = ("companies", "company_set", "company", "company_id")
_MAX_COMPANIES = 200


def read_companies(body: bytes) -> tuple[Company, ...]:
    """Return the companies whose ids can be part of a path. Raises `InvalidJson`."""
    answer = loads(body)
    if not isinstance(answer, dict):
        return ()
    found = {
        company.id: company
        for member in _MEMBERS
        for item in each_of(answer.get(member))
        if (company := _company(item)) is not None
    }
    return tuple(found.values())[:_MAX_COMPANIES]


def _company(item: object) -> Company | None:
    """A company as an object, or as its bare id."""
    if not isinstance(item, Mapping):
        item = {"id": item}
    company_id = text_of(item.get("id")) or text_of(item.get("company_id"))
    if company_id is None or not is_id(company_id):
        return None
    return Company(company_id, text_of(item.get("name")) or "")
