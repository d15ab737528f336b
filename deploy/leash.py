"""Run a program that dies with the one that started it: `python leash.py PARENT_PID PROGRAM ARG…`.

Linux kills it the moment its parent is gone, even if that was SIGKILL (prctl(2), PR_SET_PDEATHSIG; the
setting outlives exec). Done here and not between fork and exec of the supervisor, which has threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then become the program."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the leash was on
        sys.exit(1)
    os.execv(program[0], program)  # noqa: S606 - the supervisor's own commands


if __name__ == "__main__":
    main()
