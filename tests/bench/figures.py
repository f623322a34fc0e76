"""Measured figures with floor and limit, as a table and as JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import Enum


class Of(Enum):
    """What a limit applies to."""

    VALUE = "value"
    RATIO = "ratio"
    ABOVE = "above"


@dataclass(frozen=True)
class Figure:
    """One measured number.

    `orders` is 0 if their number is irrelevant. `floor` was measured between the samples of
    `value`.
    """

    group: str
    what: str
    orders: int
    value: float
    unit: str
    floor: float | None = None
    limit: float | None = None
    of: Of = Of.VALUE

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def compared(self) -> float | None:
        """Return the number that the limit applies to."""
        if self.of is Of.RATIO:
            return self.ratio
        if self.of is Of.ABOVE:
            return None if self.floor is None else self.value - self.floor
        return self.value

    @property
    def missed(self) -> bool:
        return self.limit is not None and (self.compared is None or self.compared > self.limit)


_HEADS = ("what", "orders", "figure", "floor", "ratio", "at most", "")


def table(figures: Iterable[Figure]) -> str:
    """Return a Markdown table."""
    rows = [_HEADS, *map(_cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = [_line(row, widths) for row in rows]
    rule = "|".join(["", *("-" * (width + 2) for width in widths), ""])
    return "\n".join([lines[0], rule, *lines[1:]])


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    return "| " + " | ".join(map(str.ljust, row, widths)) + " |"


def _cells(figure: Figure) -> tuple[str, ...]:
    unit = figure.unit
    limit = {
        Of.VALUE: f"{figure.limit:,g} {unit}" if figure.limit is not None else "",
        Of.RATIO: f"{figure.limit} x" if figure.limit is not None else "",
        Of.ABOVE: f"floor + {figure.limit} {unit}" if figure.limit is not None else "",
    }[figure.of]
    return (
        figure.what,
        f"{figure.orders:,}" if figure.orders else "",
        f"{_number(figure.value)} {unit}",
        "" if figure.floor is None else f"{_number(figure.floor)} {unit}",
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        limit,
        "MISSED" if figure.missed else "",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def as_json(figures: Iterable[Figure]) -> str:
    told = [
        asdict(figure) | {"of": figure.of.value, "ratio": figure.ratio, "missed": figure.missed}
        for figure in figures
    ]
    return json.dumps(told, indent=1)
