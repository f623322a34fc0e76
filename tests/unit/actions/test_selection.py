"""The failed orders that match a filter."""

import pytest

from tests.support.acting import FakeServer, detail
from tui.actions import selection
from tui.actions.selection import Selection, TooManyDetails, select_orders
from tui.filtering.parser import parse
from tui.model.order import OrderSummary, Phase
from tui.model.pages import NEWEST_PAGE, Page, PageRequest
from tui.model.ports import Failure, FailureKind, ListAnswer

NOW = 1_700_000_000.0
FAILED = (Phase.ERROR,)


def row(order_id: str, status: str = "ERROR", age: float = 60.0) -> OrderSummary:
    return OrderSummary(order_id, status, NOW - age)


def server() -> FakeServer:
    made = FakeServer(
        {
            "a": detail("a", comment="disk full"),
            "b": detail("b", comment="no codec"),
            "c": detail("c", "TRANSCODING", ""),
            "d": detail("d", "FINISHED", ""),
        }
    )
    made.listed = [row(each.id, each.status or "") for each in made.details.values()]
    return made


@pytest.mark.parametrize(
    ("text", "phases", "expected", "reads"),
    [
        ("status:error", FAILED, Selection(("a", "b")), []),
        ("age<1h", FAILED, Selection(("a", "b"), others=2), []),
        ("age<1h", (Phase.ERROR, Phase.FINISHED), Selection(("a", "b", "d"), others=1), []),
        ("reason:disk", FAILED, Selection(("a",)), ["a", "b"]),
        ("file:mp4", FAILED, Selection(("a", "b")), ["a", "b"]),
        ("id:a", FAILED, Selection(("a",)), []),
        ("age>1h", FAILED, Selection(()), []),
    ],
)
async def test_a_detail_is_read_only_if_it_decides(
    text: str, phases: tuple[Phase, ...], expected: Selection, reads: list[str]
) -> None:
    api = server()
    assert await select_orders(api, parse(text), phases, NOW) == expected
    assert api.log == ["list", *(f"read {each}" for each in reads)]


async def test_an_order_that_cannot_be_read_is_not_selected_but_counted() -> None:
    api = server()
    api.answers["a"] = Failure(FailureKind.SLOW)
    api.answers["b"] = Failure(FailureKind.MISSING, 404)
    found = await select_orders(api, parse("file:mp4"), FAILED, NOW)
    assert found == Selection((), undecided=1)


async def test_too_many_details_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MAX_DETAILS", 1)
    api = server()
    with pytest.raises(TooManyDetails) as raised:
        await select_orders(api, parse("file:mp4"), FAILED, NOW)
    assert raised.value.count == 2
    assert api.log == ["list"]


class PagedServer(FakeServer):
    """Has 5000 failed orders, one made each second; `asked` are the offsets."""

    orders_of_all = tuple(row(f"o{number}", age=number) for number in range(5000))
    asked: tuple[int, ...] = ()

    async def orders(self) -> ListAnswer:
        return await self.page(NEWEST_PAGE)

    async def page(self, part: PageRequest) -> ListAnswer:
        self.asked = (*self.asked, part.offset)
        rows = self.orders_of_all[part.offset : part.offset + part.limit]
        return Page(part, rows, total=len(self.orders_of_all))


async def test_all_pages_are_read() -> None:
    api = PagedServer()
    found = await select_orders(api, parse("status:error"), FAILED, NOW)
    assert isinstance(found, Selection)
    assert len(found.order_ids) == 5000
    assert api.asked == (0, 450, 2400, 4350)


async def test_pages_older_than_the_filter_are_not_read() -> None:
    api = PagedServer()
    found = await select_orders(api, parse("age<10m"), FAILED, NOW)
    assert isinstance(found, Selection)
    assert len(found.order_ids) == 600
    assert api.asked == (0, 450)


async def test_a_list_that_cannot_be_read_is_a_failure() -> None:
    class Broken(FakeServer):
        async def orders(self) -> ListAnswer:
            return Failure(FailureKind.SERVER, 503)

    found = await select_orders(Broken(), parse("status:error"), FAILED, NOW)
    assert found == Failure(FailureKind.SERVER, 503)
