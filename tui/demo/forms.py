"""A request that makes no sense, told as Django REST tells it: by field, or in one sentence."""
# FOLD """What a client may order (D): where the file is, what to make of it, where to send it,
# FOLD whom to
# FOLD tell. Thumbnails and post processing are taken and left alone.
# FOLD """
# FOLD """What a client may make of a profile."""

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from tui.demo.fixtures import PROFILES, Profile
from tui.demo.order_detail import Place


class ValidationError(Exception):
    """The status and the JSON of the answer that says why not."""

    def __init__(self, status: int, why: Mapping[str, object]) -> None:
        super().__init__(str(why))
        self.status, self.why = status, why


class Fields:
    """The members of an object that was sent. What is wrong with them is gathered."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            kind = type(value).__name__
            why = f"Invalid data. Expected a dictionary, but got {kind}."
            raise ValidationError(400, {"non_field_errors": [why]})
        self._members: dict[str, object] = value
        self._wrong: dict[str, list[str]] = {}

    def get(self, name: str) -> object:
        """A member as it was sent; None where it is missing."""
        return self._members.get(name)

    def add_error(self, name: str, why: str) -> None:
        """Note what is wrong with a member."""
        self._wrong.setdefault(name, []).append(why)

    def check(self) -> None:
        """Raise `ValidationError` if anything was wrong."""
        if self._wrong:
            raise ValidationError(400, self._wrong)

    def text(self, name: str, *, blank: bool = False, choices: Collection[str] = ()) -> str:
        """A text; null and, where `blank` is allowed, nothing at all are the empty one."""
        value = self.get(name)
        if value is None or value == "":
            if not blank:
                present = name in self._members
                why = "This field may not be blank." if present else "This field is required."
                self.add_error(name, why)
            return ""
        if not isinstance(value, str):
            self.add_error(name, "Not a valid string.")
            return ""
        if choices and value not in choices:
            self.add_error(name, f'"{value}" is not a valid choice.')
        return value

    def number(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """A whole number; `default` where it is missing or null, or else it is required."""
        value = self.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:12])
        if value is None and default is not None:
            return default
        if value is None:
            self.add_error(name, "This field is required.")
        elif not isinstance(value, int) or isinstance(value, bool):
            self.add_error(name, "A valid integer is required.")
        elif not least <= value <= most:
            self.add_error(name, f"Ensure this value is between {least} and {most}.")
        else:
            return value
        return least

    def items(self, name: str, *, required: bool = True) -> list[object]:
        """A list, with at least one item where it is required."""
        value = self.get(name)
        if value is None and not required:
            return []
        if value is None:
            self.add_error(name, "This field is required.")
        elif not isinstance(value, list):
            self.add_error(name, f'Expected a list of items but got type "{type(value).__name__}".')
        elif required and not value:
            self.add_error(name, "This list may not be empty.")
        else:
            return value
        return []


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


_MOST = 1_000_000


class _Allowed(NamedTuple):
    video_formats: list[str]
    video_codecs: list[str]
    audio_codecs: list[str]
    aspect_ratio: list[str]


_ALL = PROFILES.values()
ALLOWED = _Allowed(
    *(
        sorted({str(getattr(profile, name)) for profile in _ALL} - {""})
        for name in ("video_format", "video_codec", "audio_codec", "video_aspect")
    )
)
"""What a profile may name (O P)."""


def read_profile(number: int, value: object) -> Profile:
    """The profile in what was sent; other members are left alone. Raises `ValidationError`.

    What is null in the vendor's Terraform provider for a profile without picture or sound (widths,
    heights, aspects, codecs) may be null or missing.
    """
    fields = Fields(value)
    profile = Profile(
        id=number,
        name=fields.text("name"),
        video_format=fields.text("video_format", choices=ALLOWED.video_formats),
        video_codec=fields.text("video_codec", blank=True, choices=ALLOWED.video_codecs),
        video_width=_size(fields, "video_width"),
        video_height=_size(fields, "video_height"),
        video_bitrate=fields.number("video_bitrate", least=0, most=_MOST),
        video_aspect=_name(fields, "video_aspect", ALLOWED.aspect_ratio),
        audio_bitrate=fields.number("audio_bitrate", least=0, most=_MOST),
        audio_codec=_name(fields, "audio_codec", ALLOWED.audio_codecs),
    )
    fields.check()
    return profile


def _size(fields: Fields, name: str) -> int | None:
    number = fields.number(name, least=0, most=_MOST, default=0)
    return None if fields.get(name) is None else number


def _name(fields: Fields, name: str, choices: list[str]) -> str | None:
    text = fields.text(name, blank=True, choices=choices)
    return None if fields.get(name) is None else text
