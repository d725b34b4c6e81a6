"""What an installation makes up once and keeps: passwords, the secret key, ports."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from project.embedded.ports import free_port, is_free


class Secrets:
    """A small JSON file of names and values that only its owner can read."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def get(self, name: str) -> str:
        """The secret of that name, made up when it is first asked for: 64 hexadecimal digits."""
        return self._read().get(name) or self._put(name, secrets.token_hex(32))

    def known(self, name: str) -> bool:
        """Whether it was made up already."""
        return name in self._read()

    def port(self, name: str) -> int:
        """The port kept under that name; chosen when it is first asked for."""
        return int(self._read().get(name) or self._put(name, str(free_port())))

    def free_port(self, name: str) -> int:
        """The port kept under that name, or another from now on if a program has taken it."""
        if not is_free(self.port(name)):
            self._put(name, str(free_port()))
        return self.port(name)

    def _read(self) -> dict[str, str]:
        try:
            return dict(json.loads(self.file.read_text()))
        except FileNotFoundError:
            return {}

    def _put(self, name: str, value: str) -> str:
        """Replace the file whole: a crash leaves the old one or the new one."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(self._read() | {name: value}, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self.file)
        return value
