"""One order in full, in the shape of the service's answer (S)."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from tui.demo import names
from tui.demo.life import DOWNLOADING, ERROR, FINISHED, TRANSCODING, UPLOADING, OrderProgress
from tui.demo.profiles import Profile


class Place(NamedTuple):
    """Where a file comes from or goes to."""

    protocol: str
    url: str
    user: str | None


class Job(NamedTuple):
    """One sub-job, with its start and its end within the phase of transcoding, 0 to 1."""

    profile: Profile
    filename: str
    label: str
    start: float
    end: float


class Order(NamedTuple):
    """All that never changes about an order: its duration is in seconds, its size in bytes."""

    id: str
    created_on: str
    filename: str
    label: str
    source: Place
    targets: Sequence[Place]
    duration: float
    size: int
    notifications: Sequence[tuple[str | None, str | None]]
    jobs: Sequence[Job]
    luck: int


def detail(order: Order, moment: OrderProgress) -> dict[str, object]:
    """The answer for `order` at `moment`."""
    # The service learns length and size from the file, so not before it has it.
    arrived = moment.phase > DOWNLOADING
    transcoded = moment.of_phase(TRANSCODING)
    return {
        "order_id": order.id,
        "transcodingupload_set": [
            {"upload_url": url, "upload_protocol": protocol, "upload_user": user}
            for protocol, url, user in order.targets
        ],
        "transcodingdownload": {
            "download_url": order.source.url,
            "download_protocol": order.source.protocol,
            "download_user": order.source.user,
        },
        "transcodingnotification_set": [
            {"callback_url": callback, "email": email} for callback, email in order.notifications
        ],
        "transcodingjob_set": [_job(job, transcoded) for job in order.jobs],
        "duration": order.duration if arrived else None,
        "size": order.size if arrived else None,
        "filename": order.filename,
        "label": order.label,
        "status": moment.status,
        "timestamp": order.created_on,
        "comment": _comment(order, moment),
    }


def _job(job: Job, transcoded: float) -> dict[str, object]:
    share = (transcoded - job.start) / (job.end - job.start)
    return {
        "profile": {"id": job.profile.id, "name": job.profile.name},
        "filename": job.filename,
        "label": job.label,
        "progress": round(100 * min(max(share, 0.0), 1.0), 2),
    }


def _comment(order: Order, moment: OrderProgress) -> str:
    if moment.status == FINISHED:
        return f"Order {order.id} finished"
    if moment.status != ERROR:
        return ""
    place = order.targets[0] if moment.phase == UPLOADING else order.source
    host = urlsplit(place.url).hostname or ""
    return fixtures.reason(order.luck, moment.phase, order.filename, host)
