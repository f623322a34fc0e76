"""The lines of the screen of profiles: the heading, the table, and the details of one. Pure."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tui import formatting
from tui.model.events import ClockReading
from tui.model.profile_uses import ProfileUse, ProfileUses
from tui.model.profiles import EncodingProfile
from tui.model.statistics import Quantiles
from tui.ui.main_screen.status_lines import ruled
from tui.ui.profile_text import size_text
from tui.ui.profiles.control import ProfilesControl
from tui.ui.text import Line, clip, definition_list, fit, fit_middle, fit_right, wrap, wrapped
from tui.ui.theme.terminal_output import Glyphs

_GAP = "  "
_MIN_NAME, _MAX_NAME = 16, 60
_NAME_WIDTH = 15
NOT_SET = "-"


class _Column(NamedTuple):
    """A column of the table. Of several that have no room, those of the lowest `rank` go first."""

    header: str
    width: int
    rank: int
    value: Callable[[EncodingProfile, ProfileUses | None], str]
    is_right: bool = False


def _codec(codec: str | None, bitrate: int | None) -> str:
    return " ".join(str(each) for each in (codec, bitrate) if each is not None)


def _use(profile: EncodingProfile, uses: ProfileUses | None) -> ProfileUse:
    return ProfileUse() if uses is None else uses.of(profile.id)


def _orders(profile: EncodingProfile, uses: ProfileUses | None) -> str:
    """How many orders use it; with a plus if there may be more."""
    more = "" if uses is None or uses.is_complete else "+"
    return formatting.count(_use(profile, uses).orders) + more


def _median(times: Quantiles | None) -> str:
    return "" if times is None else formatting.age(times.median)


_ID = _Column("ID", 6, 9, lambda profile, _: str(profile.id), is_right=True)
_COLUMNS = (
    _Column("FORMAT", 6, 2, lambda profile, _: profile.video_format or NOT_SET),
    _Column("SIZE", 9, 5, lambda profile, _: size_text(profile) or NOT_SET),
    _Column("VIDEO", 11, 3, lambda each, _: _codec(each.video_codec, each.video_bitrate)),
    _Column("AUDIO", 9, 1, lambda each, _: _codec(each.audio_codec, each.audio_bitrate)),
    _Column("ORDERS", 7, 6, _orders, is_right=True),
    _Column("TRANS P50", 9, 4, lambda each, uses: _median(_use(each, uses).times), is_right=True),
)


class TableLayout(NamedTuple):
    name: int
    columns: tuple[_Column, ...]


def layout_for(width: int, *, has_uses: bool) -> TableLayout:
    """Return the columns that `width` has room for."""
    columns = [each for each in _COLUMNS if has_uses or each.header not in ("ORDERS", "TRANS P50")]
    while True:
        taken = 1 + _ID.width + len(_GAP) + sum(each.width + len(_GAP) for each in columns)
        if width - taken >= _MIN_NAME or not columns:
            return TableLayout(max(4, min(_MAX_NAME, width - taken)), tuple(columns))
        columns.remove(min(columns, key=lambda each: each.rank))


def table_heading(layout: TableLayout) -> Line:
    cells = [_cell(each.header, each) for each in layout.columns]
    name = fit("NAME", layout.name)
    return ((" " + _GAP.join([_cell(_ID.header, _ID), name, *cells]), "dim"),)


def table_row(
    profile: EncodingProfile,
    uses: ProfileUses | None,
    layout: TableLayout,
    glyphs: Glyphs,
    *,
    cursor: bool,
    old: bool,
) -> Line:
    """One profile; if `old`, it may be another one by now."""
    cells = [_cell(each.value(profile, uses), each) for each in layout.columns]
    role = "stale" if old else "plain"
    return (
        (glyphs.cursor if cursor else " ", "accent"),
        (_cell(str(profile.id), _ID) + _GAP, "stale" if old else "dim"),
        (fit_middle(profile.name or "(no name)", layout.name), role),
        ("".join(_GAP + each for each in cells), role),
    )


def _cell(text: str, column: _Column) -> str:
    return fit_right(text, column.width) if column.is_right else fit(text, column.width)


def head_line(control: ProfilesControl, now: ClockReading, width: int, glyphs: Glyphs) -> Line:
    """The title, how many there are, and when they were read."""
    count = ""
    if control.found is not None:
        every, shown = len(control.found), len(control.shown)
        count = f"{shown} of {every} " if control.search else f"{every} "
    left: Line = (
        (f"{glyphs.rule} ", "faint"), ("Profiles", "strong"), (f" {glyphs.rule} ", "faint"),
        (count, "strong"),
    )  # fmt: skip
    text, role = "", "dim"
    if control.found is not None:
        text = f"as of {formatting.time_short(control.read_at.wall, now.wall)}"
        role = "warning" if control.is_old(now.mono) else "dim"
    if control.is_reading:
        text = f"{text}, reading again" if text else "reading"
    right: Line = ((f" {text} ", role), (glyphs.rule, "faint"))
    return ruled(left, right, width, glyphs)


def notice_lines(
    control: ProfilesControl, why: str, now: ClockReading, width: int, read_key: str
) -> list[Line]:
    """Say why the profiles that are shown may have changed; nothing if they are new."""
    if control.found is None or not control.is_old(now.mono):
        return []
    text = f"They may have changed since. {read_key}: read again"
    if control.failure is not None:
        at = formatting.time_short(control.failed_at.wall, now.wall)
        text = f"Not read at {at}: {why}. What is shown is older. {read_key}: try again"
    return [((f" {line}", "warning"),) for line in wrap(text, max(1, width - 2), 2)]


def empty_lines(control: ProfilesControl, why: str, width: int, keys: dict[str, str]) -> list[Line]:
    """Say why the table is empty. `keys` are the labels of `read`, `new` and `back`."""
    if control.found is None:
        text = "Reading the profiles…"
        if control.failure is not None and not control.is_reading:
            text = f"The profiles could not be read: {why}. {keys['read']}: try again"
    elif control.found:
        text = f"No profile matches {control.search}. {keys['back']}: clear the search"
    else:
        text = f"The company has no profiles. {keys['new']}: new profile"
    return [(), *(((f"  {line}", "plain"),) for line in wrap(text, max(8, width - 4), 4))]


def detail_lines(
    profile: EncodingProfile, uses: ProfileUses | None, now: float, width: int
) -> list[Line]:
    """What a profile is, and what the orders that use it show."""
    video = [profile.video_codec, size_text(profile), profile.video_aspect]
    items = [
        ("id", str(profile.id)),
        ("format", profile.video_format or NOT_SET),
        ("video", _listed(video, profile.video_bitrate)),
        ("audio", _listed([profile.audio_codec], profile.audio_bitrate)),
    ]
    title: Line = ((fit_middle(profile.name or "(no name)", width).rstrip(), "strong"),)
    lines = [title, *definition_list(items, _NAME_WIDTH, width, "dim"), ()]
    if uses is None:
        return [*lines, (("Reading which orders use it…", "dim"),)]
    return [*lines, *use_lines(uses.of(profile.id), uses, now, width)]


def _listed(values: Sequence[str | None], bitrate: int | None) -> str:
    known = [each for each in values if each]
    known += [] if bitrate is None else [f"bitrate {bitrate}"]
    return ", ".join(known) or NOT_SET


def use_lines(
    use: ProfileUse, uses: ProfileUses, now: float, width: int, *, brief: bool = False
) -> list[Line]:
    """The orders that use a profile, as far as that is known; if `brief`, without their times."""
    since = formatting.time_short(uses.start, now)
    role = "strong" if use.orders else "plain"
    lines = wrapped(f"{_used_text(use, uses)} since {since}", width, role)
    active = f"{formatting.count(use.active)} of them not finished yet" if use.active else ""
    lines += wrapped(active, width, "warning")
    lines += wrapped(_known_text(uses), width, "dim")
    if brief:
        return lines
    lines.append(())
    if use.times is None:
        lines += wrapped("Its time in TRANSCODING was not observed.", width, "dim")
    else:
        lines += wrapped("Time in TRANSCODING of the orders with it", width, "strong")
        times = [("all", _times_text(use.times))]
        if use.times_alone is not None:
            times.append(("it alone", _times_text(use.times_alone)))
        lines += definition_list(times, _NAME_WIDTH, width, "dim")
    if use.latest:
        lines += [(), (("Latest", "strong"),)]
        lines += [
            clip(((f"{order_id}  ", "plain"), (formatting.time_short(at, now), "dim")), width)
            for order_id, at in use.latest
        ]
    return lines


def _used_text(use: ProfileUse, uses: ProfileUses) -> str:
    if not use.orders:
        return "No order uses it" if uses.is_complete else "No order is known to use it"
    least = "" if uses.is_complete else "at least "
    return f"Used by {least}{formatting.orders(use.orders)}"


def _known_text(uses: ProfileUses) -> str:
    known, count = formatting.count(uses.known), formatting.orders(uses.count)
    if uses.is_complete:
        return f"The details of all {count} since then are known." if uses.count else ""
    text = f"Of {count} since then the details of {known} are known: only these count."
    return text if uses.has_history else f"{text} No history is kept: others were not read."


def _times_text(times: Quantiles) -> str:
    runs = "1 run" if times.count == 1 else f"{formatting.count(times.count)} runs"
    return (
        f"half of {runs} at most {formatting.age(times.median)},"
        f" 90 % at most {formatting.age(times.p90)}"
    )
