"""Validate the JSON of clients: new orders (D) and profiles (O). Errors are collected by field, as
Django REST framework reports them. Thumbnails and post processing of an order are ignored.
"""

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from tui.demo.fixtures import PROFILES, EncodingProfile, Location
from tui.demo.responses import ApiError

_SCHEMES = {"ftp", "ftps", "sftp", "http", "https", "s3"}
_MAX_NUMBER = 1_000_000


class Fields:
    """Reads the members of a JSON object and collects the errors in them. The default of an invalid
    member is returned, so that parsing goes on; `check` raises in the end.
    """

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            kind = type(value).__name__
            message = f"Invalid data. Expected a dictionary, but got {kind}."
            raise ApiError(400, {"non_field_errors": [message]})
        self._members: dict[str, object] = value
        self._errors: dict[str, list[str]] = {}

    def get(self, name: str) -> object:
        return self._members.get(name)

    def add_error(self, name: str, message: str) -> None:
        self._errors.setdefault(name, []).append(message)

    def check(self) -> None:
        """Raise `ApiError` if there are errors."""
        if self._errors:
            raise ApiError(400, self._errors)

    def text(self, name: str, *, blank: bool = False, choices: Collection[str] = ()) -> str:
        """Return a text. Null, an empty text or no member are allowed only if `blank`."""
        value = self.get(name)
        if value is None or value == "":
            if not blank:
                present = name in self._members
                message = "This field may not be blank." if present else "This field is required."
                self.add_error(name, message)
            return ""
        if not isinstance(value, str):
            self.add_error(name, "Not a valid string.")
            return ""
        if choices and value not in choices:
            self.add_error(name, f'"{value}" is not a valid choice.')
        return value

    def number(self, name: str, *, minimum: int, maximum: int, default: int | None = None) -> int:
        """Return an integer, also from decimal digits. It is required if there is no `default`."""
        value = self.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:12])
        if value is None and default is not None:
            return default
        if value is None:
            self.add_error(name, "This field is required.")
        elif not isinstance(value, int) or isinstance(value, bool):
            self.add_error(name, "A valid integer is required.")
        elif not minimum <= value <= maximum:
            self.add_error(name, f"Ensure this value is between {minimum} and {maximum}.")
        else:
            return value
        return minimum

    def items(self, name: str, *, required: bool = True) -> list[object]:
        """Return a list, with at least one item if it is required."""
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


class JobRequest(NamedTuple):
    """A sub-job to run."""

    profile: EncodingProfile
    filename: str
    label: str


class OrderRequest(NamedTuple):
    filename: str
    label: str
    source: Location
    targets: tuple[Location, ...]
    jobs: tuple[JobRequest, ...]
    notifications: tuple[tuple[str | None, str | None], ...] = ()


def parse_order_request(value: object, profiles: Mapping[int, EncodingProfile]) -> OrderRequest:
    """Return the order in a client's JSON. Raises `ApiError`."""
    fields = Fields(value)
    origin = fields.text("origin")
    targets = [_parse_location(fields, "destinations", url) for url in fields.items("destinations")]
    jobs = [_parse_job(fields, job, profiles) for job in fields.items("jobs")]
    notifications = [
        _parse_notification(fields, item) for item in fields.items("notifications", required=False)
    ]
    fields.number("priority", minimum=5, maximum=10, default=5)  # D
    label = fields.text("label", blank=True)
    source = _parse_location(fields, "origin", origin) if origin else None
    filename = PurePosixPath(unquote(urlsplit(source.url).path)).name if source else ""
    if source and not filename:
        fields.add_error("origin", "Enter the URL of a file.")
    fields.check()
    return OrderRequest(
        filename=filename,
        label=label or next((job.label for job in jobs if job), ""),
        source=source or Location("", "", None),
        targets=tuple(filter(None, targets)),
        jobs=tuple(filter(None, jobs)),
        notifications=tuple(filter(None, notifications)),
    )


def _parse_location(fields: Fields, name: str, url: object) -> Location | None:
    parts = _split_url(url)
    if parts is None:
        fields.add_error(name, "Enter a valid URL.")
        return None
    protocol = parts.scheme.upper()
    user = unquote(parts.username) if parts.username else None
    return Location("HTTP" if protocol == "HTTPS" else protocol, parts.geturl(), user)


def _split_url(url: object) -> SplitResult | None:
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        is_known = parts is not None and parts.scheme in _SCHEMES and parts.hostname
    except ValueError:
        return None
    return parts if is_known else None


def _parse_job(
    fields: Fields, value: object, profiles: Mapping[int, EncodingProfile]
) -> JobRequest | None:
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


def _parse_notification(fields: Fields, value: object) -> tuple[str | None, str | None] | None:
    email = value.get("email") if isinstance(value, dict) else None
    call = value.get("call") if isinstance(value, dict) else None
    if not isinstance(email, str | None) or not isinstance(call, str | None):
        fields.add_error("notifications", "Not a valid string.")
    elif not email and not call:
        fields.add_error("notifications", "Either email or call is required.")
    elif call and _split_url(call) is None:
        fields.add_error("notifications", "Enter a valid URL.")
    else:
        return call or None, email or None
    return None


ALLOWED_VALUES = {
    name: sorted({str(getattr(profile, field)) for profile in PROFILES.values()} - {""})
    for name, field in (
        ("video_formats", "video_format"),
        ("video_codecs", "video_codec"),
        ("audio_codecs", "audio_codec"),
        ("aspect_ratio", "video_aspect"),
    )
}
"""The formats, codecs and aspects of profiles (O P)."""


def parse_profile(number: int, value: object) -> EncodingProfile:
    """Return the profile in a client's JSON; other members are ignored. Raises `ApiError`.

    Sizes, aspects and codecs may be null or missing, as in the vendor's Terraform provider for
    profiles without video or audio.
    """
    fields = Fields(value)
    profile = EncodingProfile(
        id=number,
        name=fields.text("name"),
        video_format=fields.text("video_format", choices=ALLOWED_VALUES["video_formats"]),
        video_codec=fields.text("video_codec", blank=True, choices=ALLOWED_VALUES["video_codecs"]),
        video_width=_optional_number(fields, "video_width"),
        video_height=_optional_number(fields, "video_height"),
        video_bitrate=fields.number("video_bitrate", minimum=0, maximum=_MAX_NUMBER),
        video_aspect=_optional_choice(fields, "video_aspect", ALLOWED_VALUES["aspect_ratio"]),
        audio_bitrate=fields.number("audio_bitrate", minimum=0, maximum=_MAX_NUMBER),
        audio_codec=_optional_choice(fields, "audio_codec", ALLOWED_VALUES["audio_codecs"]),
    )
    fields.check()
    return profile


def _optional_number(fields: Fields, name: str) -> int | None:
    number = fields.number(name, minimum=0, maximum=_MAX_NUMBER, default=0)
    return None if fields.get(name) is None else number


def _optional_choice(fields: Fields, name: str, choices: list[str]) -> str | None:
    text = fields.text(name, blank=True, choices=choices)
    return None if fields.get(name) is None else text
