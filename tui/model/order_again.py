"""The draft of an order like one that exists, as far as a read tells: not its passwords. Pure."""

from typing import Any

from tui.masking import DOTS
from tui.model.order import MediaLocation, OrderDetail

UNKNOWN_PARTS = "its passwords, thumbnails, priority and DRM"
"""What a read of an order doesn't tell."""


def draft_like(detail: OrderDetail) -> dict[str, Any]:
    """Return the draft as a JSON value. A password that is needed is a placeholder, which can't be
    sent: it has to be typed.
    """
    emails = [each for each in detail.notifications if "://" not in each]
    calls = [each for each in detail.notifications if "://" in each]
    return {
        "origin": _url(detail.source),
        "destinations": [_url(each) for each in detail.uploads],
        "jobs": [
            {
                "label": job.label or "",
                "filename": job.filename or "",
                "profile_id": job.profile.id or "",
            }
            for job in detail.jobs
        ],
        "notifications": [{"email": each, "call": ""} for each in emails]
        + [{"email": "", "call": each} for each in calls],
    }


def _url(location: MediaLocation | None) -> str:
    """Return the URL with the user that the API has beside it (S), and a placeholder for the
    password that a user usually has.
    """
    if location is None or not location.url:
        return ""
    scheme, separator, rest = location.url.partition("://")
    if not (location.user and separator) or "@" in rest.partition("/")[0]:
        return location.url
    return f"{scheme}://{location.user}:{DOTS}@{rest}"
