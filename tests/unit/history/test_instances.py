"""Whether the process that wrote an entry has ended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from tui.history.instances import MAX_FLIGHT, Instance, this_instance

OLD, NEW = MAX_FLIGHT + 1, 0.0
ME = Instance("wall", "boot-1", 100, "5000")
OTHER_HOST = Instance("desk", "boot-9", 100, "5000")


@pytest.mark.parametrize(
    ("instance", "age", "ended"),
    [
        (OTHER_HOST, NEW, False),
        (OTHER_HOST, OLD, True),
        (replace(ME, boot="boot-0"), NEW, True),
    ],
)
def test_a_process_that_cannot_be_looked_up(instance: Instance, age: float, ended: bool) -> None:
    assert instance.has_ended(ME, age) is ended


def test_this_process_has_not_ended() -> None:
    me = this_instance()
    assert not me.has_ended(me, OLD)
    assert me.pid == os.getpid()


def test_another_process_that_got_the_same_number_is_not_it() -> None:
    me = this_instance()
    if not me.started:
        pytest.skip("only /proc tells when a process was started")
    assert replace(me, started="1").has_ended(me, NEW)


def test_a_child_has_ended_when_it_is_killed_and_before_it_is_waited_for() -> None:
    me = this_instance()
    code = "import time; time.sleep(60)"
    with subprocess.Popen((sys.executable, "-c", code)) as child:
        instance = replace(me, pid=child.pid, started=_started(child.pid))
        assert not instance.has_ended(me, NEW)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it is a zombie now
        assert instance.has_ended(me, NEW)


def _started(pid: int) -> str:
    if not this_instance().started:
        return ""
    text = Path(f"/proc/{pid}/stat").read_text("utf-8")
    return text.rpartition(")")[2].split()[19]


def test_without_proc_a_process_is_looked_up_by_its_number() -> None:
    me = replace(this_instance(), boot="", started="")
    assert not me.has_ended(me, OLD)
    with subprocess.Popen((sys.executable, "-c", "")) as child:
        child.wait()
    gone = replace(me, pid=child.pid)
    assert gone.has_ended(me, NEW)
    parent = replace(me, pid=os.getppid())
    assert not parent.has_ended(me, NEW)
    assert parent.has_ended(me, OLD)
