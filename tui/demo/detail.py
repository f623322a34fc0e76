"""One order in full, in the shape of the service's answer."""

from pathlib import PurePosixPath
from random import Random
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from . import names
from .life import DOWNLOADING, ERROR, FINISHED, TRANSCODING, UPLOADING, Moment
from .profiles import Profile


class Order(NamedTuple):
    """What is settled about an order before its dice are thrown."""

    id: str
    created_on: str
    filename: str
    label: str
    ladder: tuple[Profile, ...]


def detail(order: Order, moment: Moment, dice: Random) -> dict[str, object]:
    """The answer for `order` at `moment`. The same dice always describe the same order."""
    protocol, source, user = dice.choice(names.SOURCES)
    targets = dice.sample(names.TARGETS, k=dice.choice((1, 1, 1, 2)))
    duration = dice.lognormvariate(5.5, 1.1)
    size = int(duration * dice.uniform(0.8e6, 6e6))
    # The service learns both of them from the file, so not before it has it.
    arrived = moment.phase > DOWNLOADING
    return {
        "order_id": order.id,
        "transcodingupload_set": [
            {"upload_url": url, "upload_protocol": target, "upload_user": owner}
            for target, url, owner in targets
        ],
        "transcodingdownload": {
            "download_url": f"{source}/{quote(order.filename)}",
            "download_protocol": protocol,
            "download_user": user,
        },
        "transcodingnotification_set": [
            {"callback_url": callback, "email": email}
            for callback, email in dice.sample(names.NOTIFICATIONS, k=dice.choice((0, 1, 1, 2)))
        ],
        "transcodingjob_set": _jobs(order, moment.of_phase(TRANSCODING), dice),
        "duration": round(duration, 3) if arrived else None,
        "size": size if arrived else None,
        "filename": order.filename,
        "label": order.label,
        "status": moment.status,
        "timestamp": order.created_on,
        "comment": _comment(order, moment, source, targets[0][1], dice),
    }


def _jobs(order: Order, transcoded: float, dice: Random) -> list[dict[str, object]]:
    """The sub-jobs start one after another, at their own speeds; the last ends the phase."""
    starts = sorted(dice.uniform(0.0, 0.3) for _ in order.ladder)
    ends = [dice.uniform(0.6, 1.0) for _ in order.ladder]
    starts[0], ends[dice.randrange(len(ends))] = 0.0, 1.0
    stem = PurePosixPath(order.filename).stem
    return [
        {
            "profile": {"id": profile.id, "name": profile.name},
            "filename": stem + profile.ending,
            "label": order.label if not place else names.label(dice.getrandbits(16)),
            "progress": round(100 * min(max((transcoded - start) / (end - start), 0.0), 1.0), 2),
        }
        for place, (profile, start, end) in enumerate(zip(order.ladder, starts, ends, strict=True))
    ]


def _comment(order: Order, moment: Moment, source: str, target: str, dice: Random) -> str:
    if moment.status == FINISHED:
        return f"Order {order.id} finished"
    if moment.status != ERROR:
        return ""
    host = urlsplit(target if moment.phase == UPLOADING else source).hostname or ""
    return names.reason(dice.getrandbits(16), moment.phase, order.filename, host)
