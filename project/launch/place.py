"""Where this installation is and what its processes find in their environment."""

from __future__ import annotations

import os
import re
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
LOCAL = ("", "localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Place:
    """One installation, as the environment describes it."""

    mode: Mode
    host: str
    port: int
    data_dir: Path
    web_processes: int
    drain_seconds: int
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

    @property
    def shared_with(self) -> str:
        """The other machine that the database is on, in production: there may be more like this one
        then. Empty if it is on this one."""
        if self.mode == "run":
            return ""
        hosts = urlsplit(self.given.get("DATABASE_URL", "")).netloc.rpartition("@")[2].split(",")
        names = [re.sub(r":\d+$", "", host) for host in hosts]
        return next((name for name in names if name not in LOCAL), "")

    def _require_secrets(self, secrets: Secrets) -> None:
        """What is made up on one machine is unknown on the others: sessions would hold on one of
        them only. Raises LaunchFailed with what is missing."""
        needed = {"SECRET_KEY": True, "VAPID_PRIVATE_KEY": secrets.known("vapid_private_key")}
        missing = [name for name in needed if needed[name] and not self.given.get(name)]
        if not self.shared_with or not missing:
            return
        there = [name for name in missing if secrets.known(name.lower())]
        hint = f" What was made up here so far is in {secrets.file}: {', '.join(there)}."
        raise LaunchFailed(
            f"{' and '.join(missing)} must be set, to the same on each machine: the database is on"
            f" {self.shared_with}, so others may serve it too.{hint if there else ''}"
        )

    def environment(self, secrets: Secrets, **urls: str) -> dict[str, str]:
        """The environment of every process that we start; what was given stays as it was."""
        given = {name: value for name, value in self.given.items() if value}
        local = f"http://localhost:{self.port}"
        public = given.get("PUBLIC_URL", local)
        hosts = ["localhost", "127.0.0.1", "[::1]", urlsplit(public).hostname or "localhost"]
        self._require_secrets(secrets)
        defaults = {
            "SECRET_KEY": given.get("SECRET_KEY") or secrets.get("secret_key"),
            "ALLOWED_HOSTS": ",".join(dict.fromkeys(hosts)),
            "ALLOWED_ORIGINS": ",".join(dict.fromkeys([public, local, self.address])),
            "DEBUG": "1",
            "PYTHONUNBUFFERED": "1",
        }
        if self.mode == "run" or (public.startswith("https://") and not self.shared_with):
            defaults["VAPID_PRIVATE_KEY"] = given.get("VAPID_PRIVATE_KEY") or _vapid_key(secrets)
        defaults["PROMETHEUS_MULTIPROC_DIR"] = str(self.metrics_dir)
        fixed = {"HOST": self.host, "PORT": str(self.port), "DATA_DIR": str(self.data_dir), **urls}
        if self.push_fake:
            fixed["PUSH_ALLOW_PRIVATE"] = "1"
        if self.mode == "serve":
            fixed["DEBUG"] = "0"
        return defaults | given | fixed


def read_place(mode: Mode, environ: Mapping[str, str] = os.environ) -> Place:
    """Read what the launcher itself goes by. Raises LaunchFailed."""
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
        drain_seconds=_number(environ, "DRAIN_SECONDS", 0, 600, least=0),
        given=environ,
    )


def _vapid_key(secrets: Secrets) -> str:
    """A secret's 32 bytes as the setting wants them."""
    return urlsafe_b64encode(bytes.fromhex(secrets.get("vapid_private_key"))).decode().rstrip("=")


def _number(environ: Mapping[str, str], name: str, default: int, most: int, least: int = 1) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise LaunchFailed(f"{name} must be a number from {least} to {most}, not {text!r}.")
    return int(text)
