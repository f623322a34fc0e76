"""Large blocks that are freed return to the operating system."""

import platform
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

# As in a real list, small objects between the large blocks stay.
_READ_A_LIST = """
import re
from tui.cli.accounts import pin_mmap_threshold

def megabytes():
    text = open("/proc/self/smaps_rollup").read()
    return int(re.search(r"^Rss: +(\\d+) kB", text, re.MULTILINE)[1]) / 1024

{first}
stays = []
before = megabytes()
for _ in range(3):
    body = bytearray(b"x") * (24 << 20)
    del body
    parts = []
    for _ in range(24):
        parts.append(bytearray(b"x") * (1 << 20))
        stays.append(bytearray(b"x") * 1000)
    del parts
print(round(megabytes() - before))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a setting of glibc")
def test_freed_large_blocks_return_to_the_system() -> None:
    kept = [
        int(subprocess.check_output((sys.executable, "-c", code), cwd=ROOT))
        for code in (_READ_A_LIST.format(first=f) for f in ("", "pin_mmap_threshold()"))
    ]
    assert kept[0] > 15, "glibc keeps nothing any more: this can go"
    assert kept[1] < 3
