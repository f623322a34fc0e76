"""Decoding of a detail, in the documented shape and in older and broken ones."""

import json
from typing import Any

import msgspec
import pytest

from tests.support import seed
from tui.api.json_reader import InvalidJson, UnexpectedShape
from tui.api.order_decoder import read_detail
from tui.model.order import (
    MediaLocation,
    OrderDetail,
    Phase,
    Profile,
    SubJob,
    effective_progress,
    mean_progress,
    phase_of,
)

NOW = 2_000_000_000.0
ID = "1631092552-1237"


def read(**members: Any) -> OrderDetail:
    return read_detail(json.dumps(members).encode(), ID, NOW)


def facts(detail: OrderDetail) -> OrderDetail:
    """Drop the raw JSON, which `test_raw_json` covers."""
    return msgspec.structs.replace(detail, compressed_json=b"")


def test_the_seed_detail_is_decoded() -> None:
    assert facts(read_detail(seed.DETAIL, ID, NOW)) == OrderDetail(
        id=ID,  # the requested id, not that of the answer
        status="FINISHED",
        created=1631092555.875827,
        filename="nombre.mp4",
        label="prioridad alta",
        comment="Order 163104952-11567 finished",
        size=12118497,
        duration=95.143,
        source=MediaLocation("ftp://ftp.tuservidor.com/otro.mp4", "FTP", "usuario"),
        uploads=(MediaLocation("ftp://ftp.tuservidor.com", "FTP", "usuario"),),
        notifications=("correo@tuservidor.com",),
        jobs=(
            SubJob(Profile("92", "Prueba escalado"), "nombre.mp4", "prioridad alta", 0.0),
            SubJob(Profile("86", "Test HLS"), "nombre2.mp4", "prioridad media", 0.0),
        ),
    )


def test_a_finished_order_reads_100_percent() -> None:
    detail = read_detail(seed.DETAIL, ID, NOW)
    assert effective_progress(detail.jobs[0].progress, Phase.FINISHED) == 100.0
    assert mean_progress(detail, Phase.FINISHED) == 100.0
    assert mean_progress(detail, Phase.ERROR) == 0.0


def test_the_older_flat_shape() -> None:
    detail = read(
        status="PENDING",
        timestamp="2021-09-08 09:15:55",
        download_url="ftp://u:pw@h/a.mp4",
        download_user="u",
        upload_url="ftp://h/",
        upload_protocol="FTP",
        email=["a@b.c", "a@b.c", None, 5],
        callback_url=["https://h/?token=abc"],
        transcodingjob_set=[{"profile": 92, "progress": 12.5}],
    )
    assert detail.created == 1631092555.0
    assert detail.source == MediaLocation("ftp://u:•••@h/a.mp4", None, "u")
    assert detail.uploads == (MediaLocation("ftp://h/", "FTP"),)
    assert detail.notifications == ("a@b.c", "5", "https://h/?token=•••")
    assert detail.jobs == (SubJob(Profile("92"), progress=12.5),)
    assert phase_of(detail.status or "") is Phase.QUEUED


MEMBERS = [*json.loads(seed.DETAIL)]


@pytest.mark.parametrize("value", [None, [], {}, True, "\x1b[2J", [None, 5, "x", []], [{}], 1e308])
@pytest.mark.parametrize("member", MEMBERS)
def test_a_bad_member_does_not_affect_the_others(member: str, value: object) -> None:
    answer = {**json.loads(seed.DETAIL), member: value}
    detail = read_detail(json.dumps(answer).encode(), ID, NOW)
    assert detail.id == ID
    assert "\x1b" not in repr(detail)
    if member != "label":
        assert detail.label == "prioridad alta"


@pytest.mark.parametrize("member", MEMBERS)
def test_any_member_may_be_missing(member: str) -> None:
    answer = json.loads(seed.DETAIL)
    del answer[member]
    assert read_detail(json.dumps(answer).encode(), ID, NOW).id == ID


def test_an_empty_order() -> None:
    empty = OrderDetail(id=ID, created=1631092552.0)
    assert facts(read(status=None)) == empty
    assert facts(read(order_id="x", transcodingjob_set=[], transcodingdownload={})) == empty
    assert mean_progress(empty, Phase.FINISHED) is None


@pytest.mark.parametrize(
    ("sent", "percent"),
    [
        ("62.5", 62.5),
        ("100", 100.0),
        ("100.01", 100.0),
        ("1e300", 100.0),
        ("-3", 0.0),
        ("NaN", None),
        ("Infinity", None),
        ("1e999", None),
        ('"62"', None),
        ("true", None),
        ("null", None),
        ("[5]", None),
        ("1" * 400, None),
    ],
)
def test_progress(sent: str, percent: float | None) -> None:
    body = f'{{"status":"TRANSCODING","transcodingjob_set":[{{"progress":{sent}}}]}}'
    (job,) = read_detail(body.encode(), ID, NOW).jobs
    assert job.progress == percent
    assert job.profile == Profile()


def test_one_unknown_progress_makes_the_mean_unknown() -> None:
    jobs = [{"progress": 50}, {"progress": 100}]
    assert mean_progress(read(status="", transcodingjob_set=jobs), Phase.ERROR) == 75.0
    jobs.append({})
    assert mean_progress(read(status="", transcodingjob_set=jobs), Phase.ERROR) is None


@pytest.mark.parametrize(
    "body", [b"[]", b"null", b"3", b"{}", b'{"detail":"no"}', b'[{"status":"QUEUED"}]']
)
def test_an_unexpected_shape_is_rejected(body: bytes) -> None:
    with pytest.raises(UnexpectedShape):
        read_detail(body, ID, NOW)


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html>", b'{"status":', b'{"status":' * 50_000, b"\xff"]
)
def test_invalid_json_is_rejected(body: bytes) -> None:
    with pytest.raises(InvalidJson):
        read_detail(body, ID, NOW)


def test_texts_with_invalid_bytes() -> None:
    body = b'{"status":"ERROR","label":"a\xffb","filename":"\\ud800x"}'
    detail = read_detail(body, ID, NOW)
    assert (detail.label, detail.filename) == ("a\ufffdb", "\ufffdx")
    assert read(status="", label="x" * 9999).label == "x" * 299 + "…"
    assert read(status="", comment="a\nftp://u:pw@h").comment == "a ftp://u:•••@h"
    assert (read(status="", size=-1).size, read(status="", size=2.0).size) == (None, 2)


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("QUEUED", Phase.QUEUED),
        ("finished", Phase.FINISHED),
        (" ERROR ", Phase.ERROR),
        ("UNKNOWN", Phase.UNKNOWN),
        ("", Phase.UNKNOWN),
        ("PACKAGING", Phase.UNKNOWN),
    ],
)
def test_phases(word: str, phase: Phase) -> None:
    assert phase_of(word) is phase
    assert phase.is_final is (phase in (Phase.FINISHED, Phase.ERROR))


def test_invalid_bytes_outside_quotes() -> None:
    assert read_detail(b'{"status":"a\xff"}', ID, NOW).status == "a\ufffd"


def test_sub_jobs_are_limited_and_all_are_counted() -> None:
    jobs = [{"filename": f"{number}.mp4", "progress": 50} for number in range(10_000)]
    detail = read(status="TRANSCODING", transcodingjob_set=jobs)
    assert (len(detail.jobs), detail.more_jobs, detail.job_count) == (500, 9_500, 10_000)
    assert detail.jobs[-1].filename == "499.mp4"
    assert mean_progress(detail, Phase.TRANSCODING) is None  # for some sub-jobs only
    assert mean_progress(detail, Phase.FINISHED) == 100


def test_texts_of_sub_jobs_are_limited() -> None:
    jobs = [{"filename": "f" * 300, "label": "l" * 300} for _ in range(400)]
    detail = read(status="QUEUED", transcodingjob_set=jobs)
    assert (len(detail.jobs), detail.more_jobs) == (166, 234)
    assert detail.stored_size < 200_000


def test_addresses_are_limited_and_all_are_counted() -> None:
    detail = read(
        status="QUEUED",
        transcodingupload_set=[{"upload_url": f"ftp://h/{n}"} for n in range(300)],
        transcodingnotification_set=[{"email": f"{n}@h.es"} for n in range(120_000)],
    )
    assert (len(detail.uploads), detail.more_uploads) == (100, 200)
    assert (len(detail.notifications), detail.more_notifications) == (100, 119_900)
    assert detail.notifications[:2] == ("0@h.es", "1@h.es")


@pytest.mark.parametrize(
    ("sent", "size"),
    [("12118497", 12_118_497), ("1e15", 10**15), ("1e300", None), (str(2**63), None)],
)
def test_a_size_fits_in_63_bits(sent: str, size: int | None) -> None:
    """A larger size could not be stored, so the detail would be requested again and again."""
    detail = read_detail(f'{{"status":"QUEUED","size":{sent}}}'.encode(), ID, NOW)
    assert detail.size == size
    assert detail.stored_size > 0
