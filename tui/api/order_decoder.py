"""Decodes one order to `OrderDetail`: S's nested shape and P's older flat one."""

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
    text_of,
)
from tui.api.raw_json import redacted_json
from tui.api.times import parse_time, time_from_id
from tui.model.order import MediaLocation, OrderDetail, Profile, SubJob
from tui.sanitize import sanitize_line, sanitize_text, sanitize_url

MAX_JOBS, MAX_JOBS_TEXT = 500, 100_000
"""Limits of the sub-jobs of one order, and of the characters of their texts."""

MAX_ADDRESSES = 100
"""Limit of the destinations of one order, and of its notification addresses."""


def read_detail(body: bytes, order_id: str, now: float) -> OrderDetail:
    """Return the order, under the id that was requested.

    Raises `InvalidJson`, `UnexpectedShape` or `TooManyValues`.
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
    raw, raw_omitted = redacted_json(body.decode("utf-8-sig", "replace"))
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
        source=_location(source if isinstance(source, dict) else answer, "download"),
        uploads=uploads,
        notifications=notifications,
        jobs=jobs,
        more_uploads=more_uploads,
        more_notifications=more_notifications,
        more_jobs=more_jobs,
        compressed_json=zlib.compress(raw.encode()),
        raw_omitted=raw_omitted,
    )


def _location(members: Mapping[str, object], kind: str) -> MediaLocation | None:
    location = MediaLocation(
        text_of(members.get(f"{kind}_url"), sanitize_url),
        text_of(members.get(f"{kind}_protocol"), limit=20),
        text_of(members.get(f"{kind}_user")),
    )
    return location if location.url or location.user or location.protocol else None


def _uploads(answer: Mapping[str, object]) -> tuple[tuple[MediaLocation, ...], int]:
    """The first destinations (S: nested, P: one, flat), and how many more there are."""
    nested = objects(answer.get("transcodingupload_set"))
    first = [_location(item, "upload") for item in nested[:MAX_ADDRESSES]]
    locations = first or [_location(answer, "upload")]
    found = tuple(location for location in locations if location is not None)
    return found, len(nested) - len(first)


def _notifications(answer: Mapping[str, object]) -> tuple[tuple[str, ...], int]:
    """The first addresses and callback URLs (S: objects, P: flat arrays), and how many more there
    are.
    """
    items = [*objects(answer.get("transcodingnotification_set")), answer]
    entries = [
        (entry, sanitizer)
        for item in items
        for member, sanitizer in (("email", sanitize_line), ("callback_url", sanitize_url))
        for entry in each_of(item.get(member))
    ]
    texts = [text_of(entry, sanitizer) for entry, sanitizer in entries[:MAX_ADDRESSES]]
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
    """One sub-job; its profile is an object (S) or a number (P)."""
    profile = item.get("profile")
    if not isinstance(profile, dict):
        profile = {"id": profile}
    return SubJob(
        profile=Profile(text_of(profile.get("id"), limit=40), text_of(profile.get("name"))),
        filename=text_of(item.get("filename")),
        label=text_of(item.get("label")),
        progress=parse_percent(item.get("progress")),
    )
