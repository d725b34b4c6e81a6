"""Start programs that cannot outlive this process, not even when it is killed.

The file is also the first program of every child: it asks the kernel to be killed with its parent,
gives up root if told to, and becomes the command. Run so, it imports nothing but the standard
library, and starts within some ten milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, NamedTuple

PR_SET_PDEATHSIG, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
NO_SETUID_FIXUP = 4
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


class Identity(NamedTuple):
    """Whom a child runs as. `reach`: keep the right to enter directories that only root may."""

    uid: int
    gid: int
    reach: bool


# The kernel kills a child when the *thread* that started it ends. This one ends with the process.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tether")


def spawn(
    command: Sequence[str],
    *,
    identity: Identity | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: int | None = subprocess.DEVNULL,
    output: int | IO[bytes] | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C at the terminal does not reach it.

    Both its output streams go to `output`. With `identity` it runs as that user; only root can ask
    for that.
    """
    who = f"{identity.uid} {identity.gid} {identity.reach:d}" if identity else "-"
    starter = [sys.executable, "-I", "-S", __file__, str(os.getpid()), who, *command]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            starter,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            pass_fds=pass_fds,
            start_new_session=True,
        )

    return _starter.submit(start).result()


def _prctl(*arguments: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:5]]
    if library.prctl(*padded) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def end_with_parent(number: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent ends, also by `kill -9`."""
    parent = os.getppid()
    _prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def _keep_only(capability: int) -> None:
    """Hold one capability in all sets, so that it stays when the next program is run."""
    library = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if library.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _become(identity: Identity) -> None:
    if identity.reach:  # keep capabilities, in access() too, which PostgreSQL asks about itself
        _prctl(PR_SET_SECUREBITS, NO_SETUID_FIXUP)
    os.setgroups([])
    os.setresgid(identity.gid, identity.gid, identity.gid)
    os.setresuid(identity.uid, identity.uid, identity.uid)
    if identity.reach:
        _keep_only(CAP_DAC_OVERRIDE)


def main(arguments: Sequence[str]) -> None:
    parent, who, *command = arguments
    if who != "-":
        uid, gid, reach = (int(part) for part in who.split())
        _become(Identity(uid, gid, bool(reach)))
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # last: a change of user clears it
    if os.getppid() != int(parent):
        sys.exit("The parent is gone.")
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
