"""What a client may order (D): where the file is, what to make of it, where to send it, whom to
tell. Thumbnails and post processing are taken and left alone.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from tui.demo.detail import Place
from tui.demo.profiles import Profile
from tui.demo.refused import Fields

_SCHEMES = {"ftp", "ftps", "sftp", "http", "https", "s3"}


class JobRequest(NamedTuple):
    """One file to make."""

    profile: Profile
    filename: str
    label: str


class OrderRequest(NamedTuple):
    """An order as it was sent."""

    filename: str
    label: str
    source: Place
    targets: tuple[Place, ...]
    jobs: tuple[JobRequest, ...]
    notifications: tuple[tuple[str | None, str | None], ...] = ()


def read_wish(value: object, profiles: Mapping[int, Profile]) -> OrderRequest:
    """The order in what was sent. Raises `ValidationError`."""
    fields = Fields(value)
    origin = fields.text("origin")
    targets = [_place(fields, "destinations", url) for url in fields.items("destinations")]
    jobs = [_job(fields, job, profiles) for job in fields.items("jobs")]
    told = [_notification(fields, item) for item in fields.items("notifications", required=False)]
    fields.number("priority", least=5, most=10, default=5)  # D
    label = fields.text("label", blank=True)
    source = _place(fields, "origin", origin) if origin else None
    filename = PurePosixPath(unquote(urlsplit(source.url).path)).name if source else ""
    if source and not filename:
        fields.add_error("origin", "Enter the URL of a file.")
    fields.check()
    return OrderRequest(
        filename=filename,
        label=label or next((job.label for job in jobs if job), ""),
        source=source or Place("", "", None),
        targets=tuple(filter(None, targets)),
        jobs=tuple(filter(None, jobs)),
        notifications=tuple(filter(None, told)),
    )


def _place(fields: Fields, name: str, url: object) -> Place | None:
    parts = _split(url)
    if parts is None:
        fields.add_error(name, "Enter a valid URL.")
        return None
    protocol = parts.scheme.upper()
    user = unquote(parts.username) if parts.username else None
    return Place("HTTP" if protocol == "HTTPS" else protocol, parts.geturl(), user)


def _split(url: object) -> SplitResult | None:
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        known = parts is not None and parts.scheme in _SCHEMES and parts.hostname
    except ValueError:
        return None
    return parts if known else None


def _job(fields: Fields, value: object, profiles: Mapping[int, Profile]) -> JobRequest | None:
    if not isinstance(value, dict):
        fields.add_error("jobs", "Invalid data. Expected a dictionary.")
        return None
    number, filename, label = value.get("profile_id"), value.get("filename"), value.get("label")
    profile = profiles.get(number) if isinstance(number, int) else None
    if profile is None:
        fields.add_error("jobs", f'profile_id: Invalid pk "{number}" - object does not exist.')
    if not isinstance(filename, str) or not filename:
        fields.add_error("jobs", "filename: This field is required.")
    if not isinstance(label, str | None):
        fields.add_error("jobs", "label: Not a valid string.")
    if profile is None:
        return None
    return JobRequest(profile, str(filename), label if isinstance(label, str) else "")


def _notification(fields: Fields, value: object) -> tuple[str | None, str | None] | None:
    email = value.get("email") if isinstance(value, dict) else None
    call = value.get("call") if isinstance(value, dict) else None
    if not isinstance(email, str | None) or not isinstance(call, str | None):
        fields.add_error("notifications", "Not a valid string.")
    elif not email and not call:
        fields.add_error("notifications", "Either email or call is required.")
    elif call and _split(call) is None:
        fields.add_error("notifications", "Enter a valid URL.")
    else:
        return call or None, email or None
    return None
