"""Keys and clicks that reach the program in one burst, as over a slow link."""

from pathlib import Path

import pytest

from tests.support.changing_server import BackgroundServer, three_orders
from tests.support.terminal import Terminal


def test_keys_of_one_burst_reach_the_filter_bar(tmp_path: Path) -> None:
    service = three_orders()
    with (
        BackgroundServer(service) as server,
        Terminal((), server.environ, tmp_path, size=(120, 30)) as terminal,
    ):
        terminal.wait_for("● live")
        terminal.send("/status:error\rj/ xyz")
        terminal.wait_for("/  status:error xyz")  # the cursor is at the end of the old text
        terminal.wait_for(" 0 of 3")
        terminal.send("\x1b")
        terminal.wait_for(lambda text: "of 3" not in text)
        terminal.send("/-status:error\r")
        terminal.wait_for("-status:error  2 of 3")
        hidden = service.rows[1]["id"]
        terminal.wait_for(
            lambda text: all(hidden not in line.partition("│")[0] for line in text.splitlines())
        )
        terminal.send("q")
        assert terminal.wait_exit(5) == 0


@pytest.mark.slow
def test_a_click_and_keys_in_one_burst(tmp_path: Path) -> None:
    with (
        BackgroundServer(three_orders()) as server,
        Terminal((), server.environ, tmp_path, size=(120, 30)) as terminal,
    ):
        terminal.wait_for("● live")
        line, text = next(
            (n, line) for n, line in enumerate(terminal.text.splitlines(), 1) if "1 error" in line
        )
        x = text.index("error") + 1
        terminal.send(f"\x1b[<0;{x};{line}M\x1b[<0;{x};{line}m")
        terminal.wait_for("status:error  1 of 3")
        terminal.wait_for("[✖ 1 error]")
        terminal.send("fe")
        terminal.wait_for(lambda shown: "of 3" not in shown)
        terminal.send("ftj/|id:\x7f\x7f\x7ffini\r")
        terminal.wait_for("status:transcoding|fini  2 of 3")
        terminal.send("q")
        assert terminal.wait_exit(5) == 0
