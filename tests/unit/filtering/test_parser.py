"""The filter language: grammar, matches and error positions."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tests.support.clocks import utc_timestamp
from tests.support.filter_strategies import match
from tests.support.filter_text import to_text
from tui.filtering.evaluate import Matcher
from tui.filtering.lexer import QueryError
from tui.filtering.parser import parse
from tui.filtering.syntax_tree import Verdict
from tui.model.order import OrderDetail, OrderSummary, Phase, Profile, SubJob, phase_of
from tui.model.order_facts import OrderFacts

ZONE = timezone(timedelta(hours=2))


NOW = utc_timestamp("2021-09-10 12:00:00")  # 14:00 local time


def facts(
    order_id: str,
    status: str,
    created: str | None,
    detail: OrderDetail | None = None,
    *,
    gone: bool = False,
    progress: float | None = None,
) -> OrderFacts:
    return OrderFacts(
        order_id,
        status,
        phase_of(status),
        None if created is None else utc_timestamp(created),
        gone,
        progress=progress,
        detail=detail,
    )


DONE = facts(
    "1631092552-1237",
    "FINISHED",
    "2021-09-08 09:15:52",
    OrderDetail(
        "1631092552-1237",
        "FINISHED",
        filename="nombre.mp4",
        label="prioridad alta",
        comment="Order 1631092552-1237 finished",
        size=12_163_481,
        duration=95.143,
        jobs=(
            SubJob(Profile("92", "Prueba escalado"), "nombre.mp4", "prioridad alta", 0.0),
            SubJob(Profile("86", "Test HLS"), "nombre2.mp4", "prioridad media", 0.0),
        ),
    ),
    progress=0.0,
)
FAILED = facts(
    "1631260800-0032",
    "ERROR",
    "2021-09-10 08:00:00",
    OrderDetail(
        "1631260800-0032",
        "ERROR",
        filename=unicodedata.normalize("NFD", "Mañana (1).MOV"),  # decomposed, as from macOS
        comment="Timeout: no answer?",
        size=3_000_000_000,
        jobs=(SubJob(Profile("7"), progress=30.0),),
    ),
    progress=30.0,
)
ACTIVE = facts(
    "1631273400-0500",
    "TRANSCODING",
    "2021-09-10 11:30:00",
    OrderDetail(
        "1631273400-0500",
        "TRANSCODING",
        filename="demo.mov",
        label="high-priority",
        size=1500,
        duration=700.0,
        jobs=(SubJob(Profile("86", "Test HLS"), "demo_hls.m3u8", progress=62.5),),
    ),
    progress=62.5,
)
QUEUED = facts("1631226600-0001", "QUEUED", "2021-09-09 22:30:00")  # today in local time
GONE = facts("1630454400-0009", "ERROR", "2021-09-01 00:00:00", gone=True)
ODD = facts("odd", "Paused", None, progress=40.0)
BAD = facts("1631217600-0002", "ERROR", "2021-09-09 20:00:00")  # without a detail

ORDERS = {"D": DONE, "F": FAILED, "A": ACTIVE, "Q": QUEUED, "G": GONE, "O": ODD, "B": BAD}
UNREAD = "QGOB"


def answers(text: str, orders: Mapping[str, OrderFacts] = ORDERS) -> tuple[str, str]:
    """Return the letters of matching and of undecided orders."""
    matcher = Matcher(parse(text), NOW, ZONE)
    said = {letter: matcher(order) for letter, order in orders.items()}
    yes = "".join(letter for letter in said if said[letter] is Verdict.YES)
    return yes, "".join(letter for letter in said if said[letter] is Verdict.UNKNOWN)


GRAMMAR = [
    # empty filters
    ("", "DFAQGOB", ""),
    ("   ", "DFAQGOB", ""),
    # words: in the id, the files, the labels, the profiles, the comment
    ("1631092552-1237", "D", UNREAD),
    ("1631", "DFAQB", "GO"),
    ("0009", "G", "QOB"),
    ("nombre2", "D", UNREAD),
    ("escalado", "D", UNREAD),
    ("media", "D", UNREAD),
    ("timeout", "F", UNREAD),
    ("NOMBRE", "", UNREAD),
    ("Timeout", "F", UNREAD),
    ("hls", "DA", UNREAD),
    ("HLS", "DA", UNREAD),
    ("hLs", "", UNREAD),
    ("mañana", "F", UNREAD),
    ("MAÑANA", "", UNREAD),
    ("Mañana", "F", UNREAD),
    ('"prioridad alta"', "D", UNREAD),
    ('"alta prioridad"', "", UNREAD),
    ("alta prioridad", "D", UNREAD),
    ('"answer?"', "F", UNREAD),
    ("nombre.mp4", "D", UNREAD),
    ("*.mov", "FA", UNREAD),
    ("odd|0032", "FO", "QGB"),
    ('"or"', "DA", UNREAD),
    # words: a status, or the beginning of one from three letters on; "final" is part of names
    ("error", "FB", "QGO"),
    ("ERROR", "FB", "QGO"),
    ("err", "FB", "QGO"),
    ("er", "DF", UNREAD),
    ("er*", "FB", "QGO"),
    ("transcoding", "A", UNREAD),
    ("trans|queu", "AQ", "GOB"),
    ("active", "AQO", "GB"),
    ("act", "AQO", "GB"),
    ("final", "", UNREAD),
    ("fin", "D", UNREAD),
    ("gone", "G", "QOB"),
    ("pau", "O", "QGB"),
    ("unknown", "O", "QGB"),
    ("finished", "D", UNREAD),
    ("errors", "", UNREAD),
    ("-error", "DA", "QGO"),
    ("error timeout", "F", UNREAD),
    # status
    ("status:error", "FB", ""),
    ("STATUS:Error", "FB", ""),
    ("status=error", "FB", ""),
    ("status:active", "AQO", ""),
    ("status:final", "DFB", ""),
    ("status:active|final", "DFAQOB", ""),
    ("status:gone", "G", ""),
    ("status:unknown", "O", ""),
    ("status:paused", "O", ""),
    ("status:PAUSED", "O", ""),
    ("status:pending", "", ""),
    ("status:queued|finished", "DQ", ""),
    ("status:?r*r", "FB", ""),
    ('status:"paused"|gone', "GO", ""),
    # status prefixes, as during typing
    ("status:e", "FB", ""),
    ("status:err", "FB", ""),
    ("status:ERR", "FB", ""),
    ("status:f", "DFB", ""),  # final, finished
    ("status:fin", "DFB", ""),
    ("status:fini", "D", ""),
    ("status:act", "AQO", ""),
    ("status:go", "G", ""),
    ("status:unk", "O", ""),
    ("status:pau", "O", ""),
    ("status:paused", "O", ""),
    ("status:errors", "", ""),
    ("status:rror", "", ""),
    ("status:tra|q", "AQ", ""),
    ("status:gone|fini", "DG", ""),
    ("-status:err", "DAQGO", ""),
    ("status=err", "", ""),
    ("status=pau|err*", "FB", ""),
    ("status=Paused", "O", ""),
    # text fields
    ("profile:hls", "DA", UNREAD),
    ("profile:7", "F", UNREAD),
    ("profile=hls", "", UNREAD),
    ('profile="test hls"', "DA", UNREAD),
    ('label:"prioridad alta"', "D", UNREAD),
    ("label:alta|high", "DA", UNREAD),
    ("label=prioridad*", "D", UNREAD),
    ("label:-priority", "A", UNREAD),
    ("file:*.mov", "FA", UNREAD),
    ("file:*.MOV", "F", UNREAD),
    ("file:demo*.m3u8", "A", UNREAD),
    ("file:?emo.mov", "A", UNREAD),
    ("file:demo", "A", UNREAD),
    ("file=demo", "", UNREAD),
    ("file=demo.mov", "A", UNREAD),
    ("file:hls", "A", UNREAD),
    ('file:"(1)"', "F", UNREAD),
    ("file:*.mov|*.mp4", "DFA", UNREAD),
    ("id:1631", "DFAQB", ""),
    ("id=1631", "", ""),
    ("id=odd", "O", ""),
    ("id:ODD", "", ""),
    ("id:*-000?", "QGB", ""),
    ("comment:finished", "D", UNREAD),
    ("comment:timeout", "F", UNREAD),
    ("error:timeout", "F", "B"),
    ("error:finished", "", "B"),
    ("error:*", "F", "B"),
    ("reason:timeout", "F", "B"),
    ("reason:finished", "", "B"),
    ("-reason:*", "DAQGO", "B"),
    # numbers and times
    ("progress<50", "FO", "QGB"),
    ("progress<=30", "F", "QGB"),
    ("progress:62", "A", "QGB"),
    ("progress=62.5", "A", "QGB"),
    ("progress:100", "D", "QGB"),
    ("progress>=62.5%", "DA", "QGB"),
    ("progress:30|40", "FO", "QGB"),
    ("size>1GB", "F", UNREAD),
    ("size<1.5KiB", "A", UNREAD),
    ("size<=1.5KB", "A", UNREAD),
    ("size>2.5gib", "F", UNREAD),
    ("size>11.5MiB", "DF", UNREAD),
    ("size=1500", "A", UNREAD),
    ("duration>10m", "A", UNREAD),
    ("duration:95s", "D", UNREAD),
    ("duration<1.5h", "DA", UNREAD),
    ("duration>11m39s", "A", UNREAD),
    ("duration>11m40s", "", UNREAD),
    ("duration:1m35s", "D", UNREAD),
    ('duration:"1m 35s"', "D", UNREAD),
    ("jobs>1", "D", UNREAD),
    ("jobs:1", "FA", UNREAD),
    ("jobs>=1|2", "DFA", UNREAD),
    ("age<2h", "A", "O"),
    ("age<4h", "A", "O"),
    ("age<=4h", "FA", "O"),
    ("age>1d", "DG", "O"),
    ("age>=30min", "DFAQGB", "O"),
    ("age>1w", "G", "O"),
    ("age<3h59m", "A", "O"),
    ("age<1d30m", "FAQB", "O"),
    ("created>1d", "DG", "O"),
    ("created<2h", "A", "O"),
    ("created<3h59m|10m", "A", "O"),
    ("created:today", "FAQ", "O"),
    ("created:yesterday", "B", "O"),
    ("created:Today|yesterday", "FAQB", "O"),
    ("created<today", "DGB", "O"),
    ("created<=yesterday", "DGB", "O"),
    ("created>yesterday", "FAQ", "O"),
    ("created>=2021-09-08", "DFAQB", "O"),
    ("created=2021-09-08", "D", "O"),
    ("created:2021-09-08T11:15", "D", "O"),
    ('created:"2021-09-08 11:15"', "D", "O"),
    ('created:"2021-09-08 11:15:52"', "D", "O"),
    ("created:2021-09-08T11:15:53", "", "O"),
    ("created:2021-09-08T09:15Z", "D", "O"),
    ('created>"today 10:00"', "A", "O"),
    ("created>2021-09-10T13:29", "A", "O"),
    ("created>2021-09-10T13:30", "", "O"),
    # not, and, or, parentheses
    ("-status:error", "DAQGO", ""),
    ("not status:error", "DAQGO", ""),
    ("NOT status:error", "DAQGO", ""),
    ("not not status:error", "FB", ""),
    ("-profile:hls", "F", UNREAD),
    ("-status:error profile:hls", "DA", "QGO"),
    ("status:error hls", "", "B"),
    ("status:error and hls", "", "B"),
    ("status:error or hls", "DFAB", "QGO"),
    ("status:gone or status:error age<6h", "FG", ""),
    ("(status:gone or status:error) age<6h", "F", ""),
    ("status:error status:gone or status:unknown", "O", ""),
    ("-(status:error or status:gone)", "DAQO", ""),
    ("-(status:error age<6h)", "DAQGOB", ""),
    ("((status:gone))", "G", ""),
    ("status:gone(age>1w)", "G", ""),
    ("1631 or file:*.mov", "DFAQB", "GO"),
    ("size>1GB or -size>1GB", "DFA", UNREAD),
]


@pytest.mark.parametrize(("text", "yes", "unknown"), GRAMMAR)
def test_grammar(text: str, yes: str, unknown: str) -> None:
    assert answers(text) == (yes, unknown)
    assert parse(to_text(parse(text))) == parse(text)


def test_a_status_is_found_by_the_name_the_server_uses() -> None:
    words = ["ERROR", "Err", "Error_fatal", "FINALISING", "FINISHED", "QUEUED", "QUEUED_LATE"]
    orders = {word: facts(word, word, None) for word in words}

    def found(text: str) -> list[str]:
        return [word for word in words if match(parse(text), orders[word], NOW) is Verdict.YES]

    assert found("status:err") == ["ERROR", "Err", "Error_fatal"]
    assert found("status=err") == ["Err"]
    assert found("status:error") == found("status=error") == ["ERROR"]  # a complete status word
    assert found("status:error_") == found("status=error_fatal") == ["Error_fatal"]
    assert found("status:final") == ["ERROR", "FINISHED"]
    assert found("status:finali") == ["FINALISING"]
    assert found("status:queued") == ["QUEUED"]
    assert found("status:queued_late") == ["QUEUED_LATE"]


def test_a_status_word_is_not_searched_in_comments() -> None:
    detail = OrderDetail("1", "ERROR", filename="an error.mp4", comment="Transcoding failed: final")
    failed = facts("1", "ERROR", None, detail)
    done = facts("2", "FINISHED", None, msgspec.structs.replace(detail, id="2", status="FINISHED"))
    for text, found in [
        ("transcoding", ""),
        ("uploading|transcoding", ""),
        ("transcoding|failed", "FD"),
        ("transcod", "FD"),  # not yet a status word
        ('"transcoding failed"', "FD"),
        ("comment:transcoding", "FD"),
        ("reason:transcoding", "F"),
        ("final", "FD"),
        ("error", "FD"),  # in the file name
    ]:
        assert answers(text, {"F": failed, "D": done}) == (found, ""), text


def test_the_fast_list_path_gives_the_same_result() -> None:
    listed = [
        OrderSummary("1631092552-1237", "FINISHED", DONE.created),
        OrderSummary("1631092552-1238", "FINISHED", DONE.created, 0.0),
        *(OrderSummary(o.id, o.status, o.created, o.progress) for o in (QUEUED, ODD, BAD)),
    ]
    for text, *_ in GRAMMAR:
        matcher = Matcher(parse(text), NOW, ZONE)
        for order in listed:
            known = OrderFacts(
                order.id, order.status, order.phase, order.created, progress=order.progress
            )
            assert matcher(order) is matcher(known), (text, order)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("  ", ""),
        ("a   b", "a b"),
        ("a AND (b and c)", "a b c"),
        ("a OR (b or c)", "a or b or c"),
        ("((a)) or b c", "a or b c"),
        ("(a or b) c", "((a) or b) and c"),
        ("not (a b)", "-(a b)"),
        ("NOT -a", "a"),
        ("STATUS=ERROR", "status:error"),
        ("status=Paused|error", "status=paused|error"),
        ("status=err*|gone", "status:err*|gone"),
        ("status:Err", "status:err"),
        ('label:"alta"', "label:alta"),
        (r'"a \"b\" \\ c\d"', r'"a \"b\" \\ c\\d"'),
        ('"not" "-a"', '("not") and "-a"'),
        ("age<24h", "age<1d"),
        ("age<90s", "age<1.5m"),
        ("age<90s", "age<1m30s"),
        ("created>=2h", "age>=2h"),
        ("error:x", "reason:x"),
        ("duration=1.5h", "duration:90m"),
        ("duration<0.25s", "duration<0.2500S"),
        ("age<0.333h", "age<1198.8s"),
        ("size>=1000kb", "size>=1MB"),
        ("size>0.3333KB", "size>333B"),
        ("size<2048", "size<2KiB"),
        ("size:0", "size:0B"),
        ("progress<50.0%", "progress<50"),
        ('created>="2021-09-06 11:15"', "created>=2021-09-06T11:15"),
        ("created:TODAY|2021-09-06t11:15:02z", "created:today|2021-09-06T11:15:02Z"),
    ],
)
def test_the_same_filter_in_other_words(text: str, other: str) -> None:
    assert parse(other) == parse(text)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("(", 1, ["word or a field", 'after "("']),
        (")", 0, ["word or a field", 'before ")"']),
        ("()", 1, ["word or a field", 'after "("']),
        ("(a", 0, ["closing parenthesis"]),
        ("b (a or c", 2, ["closing parenthesis"]),
        ("a)", 1, ["Remove", "is open"]),
        ("a or", 4, ["word or a field", 'after "or"']),
        ("or a", 0, ["word or a field", 'before "or"']),
        ("a and or b", 6, ["word or a field", 'after "and"']),
        ("a not", 5, ["word or a field", 'after "not"']),
        ("-", 1, ["word or a field", 'after "-"']),
        ("a - b", 2, ["right before"]),
        ('a "b', 2, ["closing quote"]),
        ('a "b\\"', 2, ["closing quote"]),
        ('a""', 1, ["space before the quote"]),
        ('"a"b', 3, ["space after the closing quote"]),
        ('""', 0, ["text between the quotes"]),
        ("status:", 7, ["status: type queued, downloading, ", "error, unknown, active, "]),
        ("status: error", 7, ["status: type queued"]),
        ("profile:", 8, ["profile: type text, as in profile:hls"]),
        ("jobs>", 5, ["jobs: type a number, as in jobs>3"]),
        ("created:", 8, ["created: type today", "more than 2 hours ago"]),
        ("error:", 6, ["reason: type text"]),
        ("a|", 2, ["Type text after |"]),
        ("|a", 0, ["Type text before |"]),
        ("status:a||b", 9, ["status: type queued"]),
        ("<3", 0, ["field before <", "age<2h"]),
        ("a stat:error", 2, ['Unknown field "stat"', "mean status?"]),
        ("pro:x", 0, ["progress or profile"]),
        ("filename:x", 0, ["Did you mean file"]),
        ("agee<2h", 0, ["Did you mean age?"]),
        ("foo:", 0, ['Unknown field "foo". Fields: id, status, ', "jobs, size", "quotes"]),
        ("ftp://host", 0, ['Unknown field "ftp". Fields: id, status', "quotes"]),
        ("x" * 5000 + ":1", 0, ["xxx…"]),
        ("ключ:x", 0, ['Unknown field "ключ"']),
        ("status<error", 6, ["After status, type : or =", "status:error"]),
        ("label>a", 5, ["After label, type : or ="]),
        ("age:2h", 3, ["<, <=, >= or >", "age<2h"]),
        ("age<2", 4, ["age: type a time in w, d, h, m or s", "age<2h"]),
        ("age<1h30", 4, ["age: type a time"]),
        ("age<1h30m?", 4, ["age: type a time"]),
        ("age<h", 4, ["type a time"]),
        ("age<-2h", 4, ["type a time"]),
        ("age<1h|x", 7, ["type a time"]),
        ("duration>10x", 9, ["duration>1h30m"]),
        ("progress<half", 9, ["percentage", "progress<50"]),
        ("progress<50KB", 9, ["percentage"]),
        ("progress<5%5", 9, ["percentage"]),
        ("size>1XB", 5, ["KB, MB, GB, TB"]),
        ("size>1GB2MB", 5, ["KB, MB, GB, TB"]),
        ("size>9999999TB", 5, ["smaller number"]),
        ("size>" + "9" * 5000, 5, ["smaller number"]),
        ("progress<nan", 9, ["percentage"]),
        ("created:tomorrow", 8, ["today, yesterday", "2021-09-06"]),
        ("created:2h", 8, ["Before an age", "created>2h"]),
        ("created>2h|today", 11, ["created: type"]),
        ("created:2021-13-01", 8, ["no such time: 2021-13-01"]),
        ("created:2021-02-30", 8, ["no such time"]),
        ("created:2021-02-01T25:00", 8, ["no such time: 2021-02-01T25:00"]),
        ("created:0000-01-01", 8, ["no such time"]),
        ("created:9999-12-31", 8, ["1971 to 2199"]),
        ("x " + "(" * 10_000 + "a" + ")" * 10_000, 52, ["at most 50 parentheses"]),
    ],
)
def test_errors_give_position_and_reason(text: str, position: int, words: list[str]) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.position == position
    for each in words:
        assert each in str(caught.value)
    assert len(str(caught.value)) < 230  # three lines of 80 cells


def test_parsing_takes_linear_time() -> None:
    count = 10_000
    assert parse("-" * 2 * count + "a") == parse("a")
    assert parse("not " * (2 * count + 1) + "a") == parse("-a")
    assert parse("(" * 50 + "a" + ")" * 50) == parse("a")
    for text in (" or ".join("a" * count), "a " * count, "|".join("a" * count)):
        assert parse(to_text(parse(text))) == parse(text)
    for text in ('"' * count, '"' + "\\" * count, "a:" * count, "<" * count, "-(" * count):
        with pytest.raises(QueryError):
            parse(text)


def test_a_glob_of_many_stars_terminates() -> None:
    long = facts("a" * 300, "ERROR", None)
    assert match(parse("id:" + "*a" * 60 + "*b"), long, NOW) is Verdict.NO
    assert match(parse("id:" + "*a?" * 60 + "*"), long, NOW) is Verdict.YES


LATER = msgspec.structs.replace  # an older detail after a status change


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("error:timeout", Verdict.UNKNOWN),
        ("comment:*", Verdict.UNKNOWN),
        ("duration>1h", Verdict.UNKNOWN),
        ("progress<50", Verdict.UNKNOWN),
        ("timeout", Verdict.UNKNOWN),
        ("demo", Verdict.YES),
        ("file:demo", Verdict.YES),
        ("size<2KB", Verdict.YES),
        ("profile:dash", Verdict.NO),
    ],
)
def test_an_outdated_detail_does_not_contradict_the_list(text: str, said: Verdict) -> None:
    assert ACTIVE.detail is not None
    detail = LATER(ACTIVE.detail, duration=None, comment="in progress")
    order = LATER(ACTIVE, status="ERROR", phase=Phase.ERROR, progress=None, detail=detail)
    assert match(parse(text), order, NOW, ZONE) is said


def test_a_gone_order_matches_by_its_last_status() -> None:
    order = LATER(ACTIVE, status="ERROR", phase=Phase.ERROR, gone=True)
    assert match(parse("comment:timeout"), order, NOW, ZONE) is Verdict.NO
    assert match(parse("demo status:gone"), order, NOW, ZONE) is Verdict.YES
    assert match(parse("status:error or error:*"), order, NOW, ZONE) is Verdict.NO


def test_days_are_local_and_move_with_the_clock() -> None:
    query = parse("created:today")
    assert match(query, QUEUED, NOW, ZONE) is Verdict.YES
    assert match(query, QUEUED, NOW, UTC) is Verdict.NO
    assert match(query, QUEUED, NOW + 86_400, ZONE) is Verdict.NO
    assert match(parse("created:yesterday"), QUEUED, NOW + 86_400, ZONE) is Verdict.YES


def test_a_day_may_have_25_hours() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    query = parse("created:2021-10-31")
    for moment, said in [
        ("2021-10-30 21:59:59", Verdict.NO),
        ("2021-10-30 22:00:00", Verdict.YES),
        ("2021-10-31 22:59:59", Verdict.YES),
        ("2021-10-31 23:00:00", Verdict.NO),
    ]:
        assert match(query, facts("1", "ERROR", moment), NOW, madrid) is said
