"""The statuses of an order and their life.

QUEUED → DOWNLOADING → TRANSCODING → UPLOADING → FINISHED, with ERROR from any of them and
a requeue from ERROR back to QUEUED (api.md, sources O and P). A status that is none of
these is shown as it came and counts as active.
"""

from enum import Enum


class Phase(Enum):
    """What a status word means to this program."""

    QUEUED = "queued"
    DOWNLOADING = "downloading"
    TRANSCODING = "transcoding"
    UPLOADING = "uploading"
    FINISHED = "finished"
    ERROR = "error"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """True when nothing more happens to the order by itself."""
        return self in (Phase.FINISHED, Phase.ERROR)


_PHASES = {phase.name: phase for phase in Phase if phase is not Phase.UNKNOWN}
_PHASES["PENDING"] = Phase.QUEUED  # P's older word


def phase_of(status: str) -> Phase:
    """The phase that a status word names, whatever its case."""
    return _PHASES.get(status.strip().upper(), Phase.UNKNOWN)
