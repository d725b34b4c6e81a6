"""Hooks that misbehave, and a world in which one site answers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from django.apps import AppConfig

FOLDER = Path(os.environ.get("TRIALS", "."))


def note(name: str, line: str) -> int:
    """Leave a trace; how many there are now."""
    with (FOLDER / name).open("a") as file:
        file.write(line + "\n")
    return len((FOLDER / name).read_text().splitlines())


class TrialsConfig(AppConfig):
    name = "tests.embedding.trials"

    def ready(self) -> None:
        from chat.public import Triggered, action_hook

        @action_hook("die once")
        def die_once(triggered: Triggered) -> None:
            if note("die once", f"{triggered.id} {triggered.params['key']}") == 1:
                os.kill(os.getpid(), signal.SIGKILL)

        @action_hook("raise once")
        def raise_once(triggered: Triggered) -> None:
            if note("raise once", triggered.id) == 1:
                raise RuntimeError("not now")

        self._reach_one_site()

    def _reach_one_site(self) -> None:
        """Every name leads to the site whose port the test wrote down, by a public address."""
        from chat.previews import reach

        def dial(address: str, port: int, seconds: float) -> object:
            return reach.dial("127.0.0.1", int((FOLDER / "port").read_text()), seconds)

        reach.INTERNET = reach.INTERNET._replace(
            resolve=lambda host, port: ["93.184.215.14"],
            dial=dial,  # type: ignore[arg-type]
        )
