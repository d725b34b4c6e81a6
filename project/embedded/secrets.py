"""What an installation makes up once and keeps: passwords, the secret key, ports. Readable by its
owner only."""

from __future__ import annotations

import json
import os
import secrets
import socket
from pathlib import Path


class Secrets:
    """A JSON file of names and values."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> str:
        """The value of this name; made up, 48 random characters, when there is none."""
        values = self._read()
        if name not in values:
            values[name] = secrets.token_urlsafe(36)
            self._write(values)
        return values[name]

    def port(self, name: str) -> int:
        """The port kept under this name if it is free, else another free one, kept from now on."""
        values = self._read()
        port = int(values.get(name, "0"))
        if not port or not is_free(port):
            port = free_port()
            self._write({**values, name: str(port)})
        return port

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        values: dict[str, str] = json.loads(self._path.read_text())
        return values

    def _write(self, values: dict[str, str]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(values, indent=1))
        os.replace(fresh, self._path)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
