"""The timings of the orders in the snapshots: what is estimated, stalled, ended, and not known."""

from tests.support.memory_history import MemoryHistory
from tui.model.timing import Estimate, Missing, Moment, NoEstimate, OrderTiming


def _exactly(wall: float) -> Moment:
    return Moment(wall - 5, wall)


def with_timings(history: MemoryHistory, now: float) -> MemoryHistory:
    """Let `history` know the times at `now` of the orders whose ids stand here."""
    estimate = Estimate(now - 35, 260.0, 430.0, 37)
    history.published = {
        "1631102290-4410": OrderTiming(1, _exactly(now - 110)),
        "1631102100-0032": OrderTiming(1, _exactly(now - 20), _exactly(now - 20)),
        "1631101000-1237": OrderTiming(
            2, _exactly(now - 252), _exactly(now - 725), None, now - 4,
            estimate=estimate, job_estimates=(Estimate(now - 35, 80.0, 170.0, 40), estimate),
        ),
        "1631100900-7777": OrderTiming(
            1, Moment(now - 1900, now - 1451), Moment(None, now - 1470), None, now - 1451,
            is_stalled=True, estimate=NoEstimate(Missing.START),
        ),
    }  # fmt: skip
    failed = Moment(now - 3300, now - 3160)
    ended = _exactly(now - 9000)
    history.stored = {
        "1631098800-5555": OrderTiming(3, failed, _exactly(now - 3580), failed),
        "1631092552-1237": OrderTiming(1, ended, _exactly(now - 9700), ended),
    }
    return history
