"""One order: JSON to `OrderDetail`. Letters as in api.md."""

import zlib
from collections.abc import Mapping

from tui.api.json_reader import (
    UnexpectedShape,
    each_of,
    int_of,
    loads,
    number_of,
    objects,
    parse_percent,
    parse_time,
    text_of,
    time_from_id,
)
from tui.api.raw_json import redacted_json
from tui.model.order import MediaLocation, OrderDetail, Profile, SubJob
from tui.sanitize import sanitize_line, sanitize_text, sanitize_url

MAX_JOBS, MAX_JOBS_TEXT = 500, 100_000
"""How many sub-jobs of an order are kept, and how many characters of their texts in all."""

MAX_ADDRESSES = 100
"""How many destinations of an order are kept, and how many addresses that are notified."""


def read_detail(body: bytes, order_id: str, now: float) -> OrderDetail:
    """The detail that `body` holds, under the id that was asked for.

    S's nested shape and P's older flat one are read alike. Raises `InvalidJson` or
    `UnexpectedShape`.
    """
    answer = loads(body)
    if not isinstance(answer, dict):
        raise UnexpectedShape("the order is not an object")
    if not any(member in answer for member in ("status", "transcodingjob_set", "order_id", "id")):
        raise UnexpectedShape("the object is not an order")
    source = answer.get("transcodingdownload")
    uploads, more_uploads = _uploads(answer)
    notifications, more_notifications = _notifications(answer)
    jobs, more_jobs = _jobs(answer)
    raw, left_out = redacted_json(body.decode("utf-8-sig", "replace"))
    created = parse_time(answer.get("timestamp"))
    if created is None:
        created = parse_time(answer.get("created_on"))
    return OrderDetail(
        id=order_id,
        status=text_of(answer.get("status"), limit=40),
        created=created if created is not None else time_from_id(order_id, now),
        filename=text_of(answer.get("filename")),
        label=text_of(answer.get("label")),
        comment=text_of(answer.get("comment"), sanitize_text),
        size=int_of(answer.get("size")),
        duration=number_of(answer.get("duration")),
        source=_place(source if isinstance(source, dict) else answer, "download"),
        uploads=uploads,
        notifications=notifications,
        jobs=jobs,
        more_uploads=more_uploads,
        more_notifications=more_notifications,
        more_jobs=more_jobs,
        compressed_json=zlib.compress(raw.encode()),
        raw_omitted=left_out,
    )


def _place(members: Mapping[str, object], kind: str) -> MediaLocation | None:
    place = MediaLocation(
        text_of(members.get(f"{kind}_url"), sanitize_url),
        text_of(members.get(f"{kind}_protocol"), limit=20),
        text_of(members.get(f"{kind}_user")),
    )
    return place if place.url or place.user or place.protocol else None


def _uploads(answer: Mapping[str, object]) -> tuple[tuple[MediaLocation, ...], int]:
    """The first destinations, and how many more there are. S nests them; in P's older shape the
    one destination is flat.
    """
    nested = objects(answer.get("transcodingupload_set"))
    first = [_place(item, "upload") for item in nested[:MAX_ADDRESSES]]
    places = first or [_place(answer, "upload")]
    return tuple(place for place in places if place is not None), len(nested) - len(first)


def _notifications(answer: Mapping[str, object]) -> tuple[tuple[str, ...], int]:
    """The first addresses and callback URLs, from S's objects or from P's flat arrays, and how
    many more there are.
    """
    items = [*objects(answer.get("transcodingnotification_set")), answer]
    entries = [
        (entry, cleaner)
        for item in items
        for member, cleaner in (("email", sanitize_line), ("callback_url", sanitize_url))
        for entry in each_of(item.get(member))
    ]
    texts = [text_of(entry, cleaner) for entry, cleaner in entries[:MAX_ADDRESSES]]
    found = dict.fromkeys(text for text in texts if text is not None)
    return tuple(found), len(entries) - len(texts)


def _jobs(answer: Mapping[str, object]) -> tuple[tuple[SubJob, ...], int]:
    """The first sub-jobs, and how many more there are."""
    items = objects(answer.get("transcodingjob_set"))
    jobs: list[SubJob] = []
    text = 0
    for item in items[:MAX_JOBS]:
        job = _job(item)
        text += sum(map(len, filter(None, (job.profile.name, job.filename, job.label))))
        if text > MAX_JOBS_TEXT:
            break
        jobs.append(job)
    return tuple(jobs), len(items) - len(jobs)


def _job(item: Mapping[str, object]) -> SubJob:
    """One sub-job; its profile is an object (S) or a bare number (P)."""
    profile = item.get("profile")
    if isinstance(profile, dict):
        read = Profile(text_of(profile.get("id"), limit=40), text_of(profile.get("name")))
    else:
        read = Profile(id=text_of(profile, limit=40))
    return SubJob(
        profile=read,
        filename=text_of(item.get("filename")),
        label=text_of(item.get("label")),
        progress=parse_percent(item.get("progress")),
    )
