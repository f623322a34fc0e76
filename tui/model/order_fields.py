"""Check the fields of a new order, and bring them into the form of api.md (D).

A problem says what is wrong at one field. No problem quotes a text: it may be a secret. What the
API is not known to refuse is a warning, and is sent.
"""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

import msgspec

from tui.masking import DOTS
from tui.model.json_comments import shown_name
from tui.sanitize import REPLACEMENT

SCHEMES = ("ftp", "ftps", "sftp", "http", "https", "s3")
"""Those that the sources show, and the usual relatives of FTP."""
ENCRYPTION_SCHEMES = ("cenc", "cbc1", "cens", "cbcs")
MIN_PRIORITY, MAX_PRIORITY = 5, 10
_MAX_NUMBER = 1_000_000_000
_MAX_TEXT, _MAX_ITEMS = 4000, 200
_HEX_KEY = re.compile(r"[0-9a-fA-F]{32}")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PASSWORD = re.compile(r"://[^:/?#@]*:(.*)@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,10}")

_ALIASES: Mapping[str, str] = {"post-process": "post_process"}  # D's prose
_ORDER = (
    "priority", "origin", "destinations", "jobs", "notifications", "post_process", "thumbnails",
)  # fmt: skip
_JOB = ("label", "filename", "profile_id", "thumbnails")
_THUMBNAIL = ("filename", "label", "width", "height", "time")
_NOTIFICATION = ("email", "call")
_DRM = ("key", "key_id", "key_iv", "pssh", "encryption_scheme")

Members = Mapping[str, object]


class Problem(msgspec.Struct, frozen=True):
    """What is wrong at the field of a path, as `jobs[1].thumbnails[0].width`; empty: the whole."""

    path: str
    words: str
    is_warning: bool = False
    is_shape: bool = False
    """The JSON has another type there, or a member that nothing is known of."""


class NewJob(msgspec.Struct, frozen=True):
    """A sub-job of a new order."""

    profile_id: int
    filename: str
    label: str | None


class CheckedOrder(msgspec.Struct, frozen=True):
    """An order in D's form, parts of it, and its problems. It can be sent if all of these are
    warnings; otherwise what is missing is empty or 0.
    """

    body: Mapping[str, object]
    origin: str
    destinations: tuple[str, ...]
    jobs: tuple[NewJob, ...]
    problems: tuple[Problem, ...]


def check_order(value: object, profiles: Collection[int] | None) -> CheckedOrder:
    """Check the JSON value of an order. `profiles` are the ids of the company's profiles; None: not
    known.
    """
    return _Check(profiles).order(value)


class _Check:
    """Reads members and collects their problems. What is missing or invalid is None."""

    def __init__(self, profiles: Collection[int] | None) -> None:
        self.problems: list[Problem] = []
        self.jobs: list[NewJob] = []
        self._profiles = profiles
        self._unread: tuple[str, ...] = ()
        """What the paths within a part begin with that can't be read."""
        self._names: dict[str, str] = {}
        """The path of the field that first names a file."""

    def order(self, value: object) -> CheckedOrder:
        order = self._members(value, "", _ORDER)
        priority = self._whole(order, "priority", MIN_PRIORITY, MAX_PRIORITY)
        origin = self._url(order, "origin", names_file=True)
        destinations = self._items(order, "destinations", required=True)
        urls = [self._url({path: url}, path) or "" for path, url in destinations]
        listed = self._items(order, "jobs", required=True)
        jobs = [self._job(job, path) for path, job in listed]
        loose = self._thumbnails(order, "thumbnails")
        if loose and jobs:  # P's form; in D they belong to a sub-job
            own = jobs[0].get("thumbnails")
            jobs[0]["thumbnails"] = [*(own if isinstance(own, list) else []), *loose]
            if len(jobs) > 1:
                self._warn("thumbnails", "they are sent with the first sub-job")
        body = _present(
            priority=priority,
            origin=origin,
            destinations=urls,
            jobs=jobs,
            notifications=[
                self._notification(each, path) for path, each in self._items(order, "notifications")
            ],
            post_process=[
                {"drm": self._drm(self._members(each, path, ("drm",)).get("drm"), f"{path}.drm")}
                for path, each in self._items(order, "post_process")
            ],
        )
        return CheckedOrder(body, origin or "", tuple(urls), tuple(self.jobs), tuple(self.problems))

    def _job(self, value: object, path: str) -> dict[str, object]:
        job = self._members(value, path, _JOB)
        where = f"{path}.profile_id"
        profile = self._whole(job, where, 0, _MAX_NUMBER, required=True)
        if profile is not None and self._profiles is not None and profile not in self._profiles:
            self._fail(where, f"the company has no profile {profile}")
        name = self._file_name(job, f"{path}.filename")
        label = self._text(job, f"{path}.label")
        self.jobs.append(NewJob(profile or 0, name or "", label))
        return _present(
            label=label,
            filename=name,
            profile_id=profile,
            thumbnails=self._thumbnails(job, f"{path}.thumbnails"),
        )

    def _thumbnails(self, members: Members, path: str) -> list[dict[str, object]]:
        return [self._thumbnail(each, where) for where, each in self._items(members, path)]

    def _thumbnail(self, value: object, path: str) -> dict[str, object]:
        members = self._members(value, path, _THUMBNAIL)
        width = self._whole(members, f"{path}.width", 1, _MAX_NUMBER)
        height = self._whole(members, f"{path}.height", 1, _MAX_NUMBER)
        return _present(
            filename=self._file_name(members, f"{path}.filename"),
            label=self._text(members, f"{path}.label"),
            width=None if width is None else str(width),  # texts in D
            height=None if height is None else str(height),
            time=self._time(members, f"{path}.time"),
        )

    def _notification(self, value: object, path: str) -> dict[str, object]:
        members = self._members(value, path, _NOTIFICATION)
        email = self._text(members, f"{path}.email")
        if email and not _EMAIL.fullmatch(email):
            self._fail(f"{path}.email", "this is not one e-mail address, as in me@site.com")
        if not email and not members.get("call"):
            self._fail(f"{path}.email", "an e-mail address, or a URL to call, is required")
        call = self._url(members, f"{path}.call", ("http", "https"), required=False)
        return _present(email=email, call=call)

    def _drm(self, value: object, path: str) -> dict[str, object]:
        drm = self._members({} if value is None else value, path, _DRM)
        scheme = self._text(drm, f"{path}.encryption_scheme")
        if scheme and scheme not in ENCRYPTION_SCHEMES:
            words = f"it must be one of {', '.join(ENCRYPTION_SCHEMES)}"
            self._fail(f"{path}.encryption_scheme", words)
        return _present(
            key=self._key(drm, f"{path}.key", required=True),
            key_id=self._key(drm, f"{path}.key_id", required=True),
            key_iv=self._key(drm, f"{path}.key_iv"),
            pssh=self._text(drm, f"{path}.pssh"),
            encryption_scheme=scheme,
        )

    def _key(self, members: Members, path: str, *, required: bool = False) -> str | None:
        key = self._text(members, path, required=required)
        if key and DOTS not in key and not _HEX_KEY.fullmatch(key):
            words = f"it must have 32 hexadecimal digits; these are {len(key)} characters"
            self._fail(path, words)
        return key

    def _file_name(self, members: Members, path: str) -> str | None:
        name = self._text(members, path, required=True)
        if not name:
            return None
        first = self._names.setdefault(name, path)
        if first != path:
            self._warn(path, f"{first} has the same name: one file may replace the other")
        elif "/" in name or "\\" in name:
            self._warn(path, "it is not known whether the API takes a folder in a file name")
        return name

    def _url(
        self,
        members: Members,
        path: str,
        schemes: Collection[str] = (),
        *,
        names_file: bool = False,
        required: bool = True,
    ) -> str | None:
        """`schemes` are the only ones allowed; if there are none, others are a warning."""
        url = self._text(members, path, required=required)
        if not url:
            return None
        scheme = _SCHEME.match(url)
        allowed = ", ".join(schemes or SCHEMES)
        if scheme is None:
            self._fail(path, f"it must begin with a scheme, as in {allowed.split(', ')[0]}://")
            return url
        if schemes and scheme[1].lower() not in schemes:
            self._fail(path, f"its scheme must be one of {allowed}")
        elif scheme[1].lower() not in SCHEMES:
            self._warn(path, f"it is not known whether the API takes a scheme other than {allowed}")
        problem = _place_problem(url, names_file=names_file)
        password = _PASSWORD.search(url)
        if problem == _INVALID and password is not None:
            without = url[: password.start(1)] + url[password.end(1) :]
            problem = _place_problem(without, names_file=names_file)
            if not problem:
                self._warn(path, "its password has one of / ? # [ ]: %2F %3F %23 %5B %5D is usual")
        if problem:
            self._fail(path, problem)
        return url

    def _time(self, members: Members, path: str) -> float | None:
        value = members.get(_name(path))
        if value is None or value == "":
            return None
        try:
            time = float(value) if isinstance(value, str | int | float) else -1.0
        except (ValueError, OverflowError):
            time = -1.0
        if isinstance(value, bool) or not 0 <= time < _MAX_NUMBER:
            self._fail(path, "it must be a number, 0 or more, as in 0.3")
            return None
        return int(time) if time.is_integer() else time

    def _whole(
        self, members: Members, path: str, minimum: int, maximum: int, *, required: bool = False
    ) -> int | None:
        value = members.get(_name(path))
        if value is None or value == "":
            if required:
                self._fail(path, "required")
            return None
        is_whole = isinstance(value, int | str) and not isinstance(value, bool)
        number = int(str(value)) if is_whole and _WHOLE_NUMBER.fullmatch(str(value)) else -1
        if minimum <= number <= maximum:
            return number
        limits = f"{minimum} or more" if maximum == _MAX_NUMBER else f"from {minimum} to {maximum}"
        self._fail(path, f"it must be a whole number, {limits}")
        return None

    def _text(self, members: Members, path: str, *, required: bool = False) -> str | None:
        value = members.get(_name(path))
        text = value.strip() if isinstance(value, str) else value
        if text is None or text == "":
            if required:
                self._fail(path, "required")
            return None
        if not isinstance(text, str):
            self._fail(path, "it must be a text in quotes", is_shape=True)
            return None
        if DOTS in text:
            self._fail(path, f"what {DOTS} stands for is not known: type it")
        elif _CONTROL.search(text):
            self._fail(path, "it has a control character, as a tab or a line break")
        elif REPLACEMENT in text:
            self._fail(path, f"{REPLACEMENT} stands for a character that can't be shown: type it")
        elif len(text) > _MAX_TEXT:
            self._fail(path, f"it is longer than {_MAX_TEXT} characters")
        return text

    def _items(
        self, members: Members, path: str, *, required: bool = False
    ) -> list[tuple[str, object]]:
        """Return each item of a list, and its path. An object counts as a list of one."""
        value = members.get(_name(path))
        if isinstance(value, dict):
            value = [value]
        if value is None or value == []:
            if required:
                self._fail(path, "at least one is required")
            return []
        if not isinstance(value, list):
            self._fail(path, "it must be a list in [ ]", is_shape=True)
            return []
        if len(value) > _MAX_ITEMS:
            self._fail(path, f"there are more than {_MAX_ITEMS}")
        return [(f"{path}[{number}]", item) for number, item in enumerate(value[:_MAX_ITEMS])]

    def _members(self, value: object, path: str, known: Collection[str]) -> Members:
        if not isinstance(value, dict):
            self._fail(path, "it must be an object in { }", is_shape=True)
            self._unread = (*self._unread, f"{path}.".lstrip("."))
            return {}
        members: dict[str, object] = {}
        for name, member in value.items():
            meant = name if path else _ALIASES.get(name, name)
            if meant in known:
                members.setdefault(meant, member)
                continue
            similar = get_close_matches(name[:40].lower(), known, 1)
            where = f"{path}.{name}".lstrip(".") if shown_name(name) != _UNNAMED else path
            hint = f": did you mean {similar[0]}?" if similar else " and would not be sent"
            self._fail(where, f"{shown_name(name)} is not known{hint}", is_shape=True)
        return members

    def _fail(self, path: str, words: str, *, is_shape: bool = False) -> None:
        if not path.startswith(self._unread):
            self.problems.append(Problem(path, words, is_shape=is_shape))

    def _warn(self, path: str, words: str) -> None:
        self.problems.append(Problem(path, words, is_warning=True))


_UNNAMED = shown_name("")
_INVALID = "its host or its port is not valid"


def _place_problem(url: str, *, names_file: bool) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:  # its message quotes the URL
        return _INVALID
    if not host:
        return "the host is missing"
    if re.search(r"\s", host):
        return "its host has a blank"
    is_file = parts.path.strip("/") and not parts.path.endswith("/")
    return "it must name a file, not a folder" if names_file and not is_file else ""


def _name(path: str) -> str:
    """Return the member that a path ends with; an item of a list is its whole path."""
    return path if path.endswith("]") else path.rpartition(".")[2]


def _present(**members: object) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None and value != []}
