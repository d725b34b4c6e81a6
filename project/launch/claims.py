"""What one installation has for itself: its data directory and its port."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from project.launch.failure import LaunchFailed

# Servers killed with their launcher need a moment to let go of the port.
PATIENCE_SECONDS = 1.0


@contextmanager
def claimed(data_dir: Path) -> Iterator[None]:
    """Hold the data directory; the kernel lets go of it however this process ends.

    Raises LaunchFailed if another process holds it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = lock.read().strip() or "unknown"
            raise LaunchFailed(
                f"Confab runs already on {data_dir} (process {owner}). "
                "Another one beside it needs a DATA_DIR and a PORT of its own."
            ) from None
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket for the web processes to share.

    It is open before they are and while one is replaced: clients wait a little instead of being
    refused. Raises LaunchFailed if the address cannot be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise LaunchFailed(f"HOST {host} is no address: {error.strerror}.") from None
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(listener, address, f"{host}:{port}")
        yield listener


def _bind(listener: socket.socket, address: object, shown: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            listener.bind(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
            listener.listen(2048)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise LaunchFailed(f"{shown} cannot be listened on: {error.strerror}.") from None
            if time.monotonic() > deadline:
                raise LaunchFailed(
                    f"{shown} is in use by another program. Set PORT to a free one."
                ) from None
            time.sleep(0.05)
        else:
            return
