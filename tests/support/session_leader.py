"""The leader of the terminal's session, in the shell's place.

Called with a terminal, a descriptor, `deaf` or `hears`, and the program. It starts the program
in the foreground, writes its pid and then each change of its status to the descriptor, and
outlives it: when a leader exits, the kernel resets the terminal's attributes, and nothing could
be said of those that the program left. A deaf one outlives the terminal too, so that the program
gets no SIGHUP when that vanishes.
"""

import os
import signal
import sys


def main(name: str, report: int, program: list[str], *, deaf: bool) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN if deaf else signal.SIG_DFL)
    terminal = os.open(name, os.O_RDWR)  # a leader's first terminal is its session's
    for number in range(3):
        os.dup2(terminal, number)
    os.close(terminal)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpid())
        ends = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
        for each in (signal.SIGTTOU, *ends):
            signal.signal(each, signal.SIG_DFL)
        os.execv(program[0], program)
    os.write(report, b"%d\n" % pid)
    ended = False
    while not ended:
        _, status = os.waitpid(pid, os.WUNTRACED)
        ended = not os.WIFSTOPPED(status)
        os.write(report, b"%d\n" % status)
    while True:
        signal.pause()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[4:], deaf=sys.argv[3] == "deaf")
