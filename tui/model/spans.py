"""The times in which nothing was polled, from the recorded spans. Pure."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from tui.model.history import Span, SpanKind

MIN_GAP = 10.0
"""Seconds; less is not worth a word: two polls are about as far from each other."""


def gaps(spans: Iterable[Span], start: float, end: float) -> tuple[Span, ...]:
    """Return what no POLLED span covers from `start` to `end`, by kind, the earliest first. Spans
    of several instances may overlap: what one of them polled was polled.
    """
    known = list(spans)
    polled = sorted((each.start, each.end) for each in known if each.kind is SpanKind.POLLED)
    found: list[Span] = []
    covered = start
    for first, last in [*polled, (end, end)]:
        if min(first, end) - covered >= MIN_GAP:
            found += _by_kind(known, covered, min(first, end))
        covered = max(covered, last)
    return tuple(found)


def recorded_until(spans: Iterable[Span]) -> float:
    """Return up to when is known whether orders were polled. A span that grows is recorded once a
    minute, so that after it nothing is a gap yet.
    """
    return max((each.end for each in spans), default=0.0)


def _by_kind(spans: Sequence[Span], start: float, end: float) -> list[Span]:
    """Cut a gap where its kind changes. A part that is too short joins its neighbour."""
    edges = {edge for each in spans for edge in (each.start, each.end) if start < edge < end}
    parts: list[Span] = []
    for first, last in pairwise(sorted({start, end, *edges})):
        part = Span(first, last, _kind_at(spans, first, last))
        before = parts[-1] if parts else part
        if parts and (part.kind is before.kind or min(map(length, (part, before))) < MIN_GAP):
            kind = max(before, part, key=length).kind
            parts[-1] = Span(before.start, last, kind)
        else:
            parts.append(part)
    return parts


def _kind_at(spans: Sequence[Span], start: float, end: float) -> SpanKind:
    """Why nothing was polled: a pause outranks failures; else the program did not run."""
    kinds = {each.kind for each in spans if each.start <= start and each.end >= end}
    outranking = (SpanKind.PAUSED, SpanKind.STALE)
    return next((each for each in outranking if each in kinds), SpanKind.STOPPED)


def length(span: Span) -> float:
    return span.end - span.start


def overlap(spans: Iterable[Span], start: float, end: float) -> float:
    """Return for how long the spans, which don't overlap each other, are from `start` to `end`."""
    return sum(max(0.0, min(end, each.end) - max(start, each.start)) for each in spans)
