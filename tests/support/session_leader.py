"""The session leader of a terminal, in place of a shell.

Arguments: a terminal, a descriptor, `deaf` or `hears`, and the program. It starts the program in
the foreground and writes its pid and each change of its status to the descriptor. It outlives the
program: when a leader exits, the kernel resets the attributes of the terminal, which tests
compare. A deaf leader ignores SIGHUP, so that the program gets none when the terminal vanishes.
"""

import os
import signal
import sys


def main(name: str, report: int, program: list[str], *, deaf: bool) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN if deaf else signal.SIG_DFL)
    terminal = os.open(name, os.O_RDWR)  # the first terminal a leader opens controls its session
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
