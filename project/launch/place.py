"""Where this installation is and what its processes find in their environment."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from environ import Env

from project.embedded import Secrets
from project.launch.failure import LaunchFailed

Mode = Literal["run", "serve"]
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """One installation, as the environment describes it."""

    mode: Mode
    host: str
    port: int
    data_dir: Path
    web_processes: int
    given: Mapping[str, str]

    @property
    def address(self) -> str:
        """The URL that reaches it from this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def metrics_dir(self) -> Path:
        """Where its processes leave what they count, until the next start."""
        return self.data_dir / "metrics"

    @property
    def outbox(self) -> str:
        """The folder that every e-mail and SMS is also written to; empty for none."""
        default = str(self.data_dir / "outbox") if self.mode == "run" else ""
        return self.given.get("OUTBOX_DIR") or default

    @property
    def push_fake(self) -> str:
        """The port of a fake push service, in development; empty for none."""
        return self.given.get("PUSH_FAKE", "") if self.mode == "run" else ""

    def environment(self, secrets: Secrets, **urls: str) -> dict[str, str]:
        """The environment of every process that we start; what was given stays as it was."""
        given = {name: value for name, value in self.given.items() if value}
        local = f"http://localhost:{self.port}"
        public = given.get("PUBLIC_URL", local)
        hosts = ["localhost", "127.0.0.1", "[::1]", urlsplit(public).hostname or "localhost"]
        defaults = {
            "SECRET_KEY": given.get("SECRET_KEY") or secrets.get("secret_key"),
            "ALLOWED_HOSTS": ",".join(dict.fromkeys(hosts)),
            "ALLOWED_ORIGINS": ",".join(dict.fromkeys([public, local, self.address])),
            "DEBUG": "1",
            "PYTHONUNBUFFERED": "1",
        }
        if self.mode == "run" or public.startswith("https://"):
            defaults["VAPID_PRIVATE_KEY"] = given.get("VAPID_PRIVATE_KEY") or _vapid_key(secrets)
        defaults["PROMETHEUS_MULTIPROC_DIR"] = str(self.metrics_dir)
        fixed = {"HOST": self.host, "PORT": str(self.port), "DATA_DIR": str(self.data_dir), **urls}
        if self.push_fake:
            fixed["PUSH_ALLOW_PRIVATE"] = "1"
        if self.mode == "serve":
            fixed["DEBUG"] = "0"
        return defaults | given | fixed


def read_place(mode: Mode, environ: Mapping[str, str] = os.environ) -> Place:
    """Read `HOST`, `PORT`, `DATA_DIR` and `WEB_PROCESSES`. Raises LaunchFailed."""
    debug = environ.get("DEBUG", "")
    if mode == "run" and debug and debug.lower() not in Env.BOOLEAN_TRUE_STRINGS:
        raise LaunchFailed(
            f"`make run` is for development and has DEBUG on, not DEBUG={debug}. "
            "`make serve` runs the production servers."
        )
    return Place(
        mode=mode,
        host=environ.get("HOST") or "127.0.0.1",
        port=_number(environ, "PORT", 8000, 65535),
        data_dir=Path(environ.get("DATA_DIR") or ROOT / "var").resolve(),
        web_processes=_number(environ, "WEB_PROCESSES", 1, 64),
        given=environ,
    )


def _vapid_key(secrets: Secrets) -> str:
    """A secret's 32 bytes as the setting wants them."""
    return urlsafe_b64encode(bytes.fromhex(secrets.get("vapid_private_key"))).decode().rstrip("=")


def _number(environ: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise LaunchFailed(f"{name} must be a number from 1 to {most}, not {text!r}.")
    return int(text)
