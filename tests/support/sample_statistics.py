"""Three weeks of orders that the pictures of the statistics show. Nights are quiet; on some, and on
one Sunday, nothing was polled.
"""

from random import Random

from tests.support.history_rows import POLLED, comment, status
from tests.support.memory_history import MemoryHistory
from tui.history.runs import record_run
from tui.model.history import Change, Span, SpanKind

_DAY = 86_400.0
_DAYS = 20
_PROFILES = ("Prueba escalado, Test HLS", "Web 1080p, Web 720p, Móvil 360p", "UHD 2160p HEVC", "")
_REASONS = (
    "Download failed: 530 Login incorrect at ftp{}.tuservidor.com",
    "Download failed: 550 toma_{}.mov: No such file or directory",
    "Transcoding failed: worker lost (out of memory), frame {}",
)
_STATUSES = (None, "QUEUED", "DOWNLOADING", "TRANSCODING", "UPLOADING", "FINISHED")


def sample_statistics(noon: float) -> MemoryHistory:
    """Return a history of `_DAYS` days until `noon`, in UTC."""
    random, midnight = Random(1), noon - _DAY / 2
    changes: list[Change] = []
    described: list[tuple[str, float, str]] = []
    for number in range(_DAYS * 36):
        hour = random.triangular(5, 23, 11)
        end = midnight - random.randrange(_DAYS) * _DAY + hour * 3600
        if end > noon - 5:
            continue
        order_id = f"{end:.0f}-{number:04}"
        profiles = random.choice(_PROFILES)
        lengths = [random.expovariate(1 / mean) + 5 for mean in (40, 30, 300, 45)]
        begin = end - sum(lengths)
        times = [begin + sum(lengths[:count]) for count in range(5)]
        steps = [*zip(_STATUSES, _STATUSES[1:], times, strict=False)]
        if random.random() < 0.07:
            steps = [*steps[:3], ("TRANSCODING", "ERROR", times[3])]
            reason = random.choice(_REASONS).format(number)
            changes.append(comment(order_id, reason, times[3] + 5))
        changes += [status(order_id, old, new, at) for old, new, at in steps]
        described.append((profiles, random.uniform(60, 5400), order_id))
    changes.sort(key=lambda each: each.before)
    history = MemoryHistory(changes, _spans(midnight, noon))
    connection = history.connection
    connection.executemany(
        "UPDATE orders SET profiles = nullif(?, ''), duration = nullif(?, 0) WHERE id = ?",
        described,
    )
    keys = dict(connection.execute("SELECT id, key FROM orders"))
    for change in changes:
        record_run(connection, keys[change.order_id], change)
    return history


def _spans(midnight: float, noon: float) -> list[Span]:
    spans: list[Span] = []
    for day in range(_DAYS):
        start = midnight - day * _DAY
        if day == 3:  # a Sunday
            continue
        begin = start + (3.4 * 3600 if day % 2 == 0 else 0)
        end = min(noon + 60, start + _DAY)
        spans += [Span(begin, start + 7 * 3600, POLLED), Span(start + 7.5 * 3600, end, POLLED)]
        spans.append(Span(start + 7 * 3600, start + 7.5 * 3600, SpanKind.STALE))
    return spans
