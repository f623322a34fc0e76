"""Order facts, detail models and texts for tests of rendered lines."""

from typing import Any

from hypothesis import strategies as st

from tui.model.events import ClockReading
from tui.model.order import (
    OrderDetail,
    Phase,
    Profile,
    SubJob,
)
from tui.model.order_facts import OrderFacts
from tui.model.state import TimedDetail
from tui.sanitize import sanitize
from tui.ui.order_presenter import DetailModel
from tui.ui.text import Line

NOW = 1_700_000_000.0

texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="界面テスト가나다éñ🎬👩‍👩‍👧e\u0301 ab", max_size=60),
).map(sanitize)


def plain(line: Line) -> str:
    return "".join(text for text, _ in line)


def facts(**changes: Any) -> OrderFacts:
    known: dict[str, Any] = {
        "id": "1631092552-1237",
        "status": "TRANSCODING",
        "phase": Phase.TRANSCODING,
        "created": NOW - 250,
    }
    return OrderFacts(**{**known, **changes})


def detail_model(detail: OrderDetail | None, **changes: Any) -> DetailModel:
    reading = None if detail is None else TimedDetail(detail, ClockReading(NOW - 4, 996.0))
    known = facts(detail=detail, **changes)
    return DetailModel(known, reading, None, old=False)


JOBS = (
    SubJob(Profile("92", "Prueba escalado"), "nombre.mp4", "prioridad alta", 0.0),
    SubJob(Profile("86", "Test HLS"), "nombre2.mp4", "prioridad media", 50.0),
)
