"""Pushes a second of one worker against the fake Web Push service, and what an idle one costs."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from benchmarks.bench import Bench
from benchmarks.designs import CONFAB
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.ground import ROOT, STOP_SECONDS, free_port
from project.embedded.tether import spawn

NAME = "push"
DEVICES, FEW = 10_000, 2_000
FEWER_SECONDS = 4.0
"""Below this a round is a small one."""
IDLE_SECONDS = 60.0
START_SECONDS = 6.0


async def run(bench: Bench) -> None:
    bench.rest()
    small = bench.options.seconds < FEWER_SECONDS
    count = FEW if small else DEVICES
    port = free_port()
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    settings = {
        **bench.ground.settings("push"),
        **CONFAB,
        "VAPID_PRIVATE_KEY": key,
        "VAPID_SUBJECT": "mailto:push@chat.example",
        "PUSH_ALLOW_PRIVATE": "1",
    }
    fake = [sys.executable, "-m", "tests.push", "--blind", "--port", str(port)]
    bench.ground.serve("push-fake", fake, {}, port)
    bench.ground.program("benchmarks.pushes", settings, str(port), str(count))
    with _sending(bench, settings) as worker:
        await asyncio.sleep(START_SECONDS)
        spent = _seconds_of(worker)
        seconds = float(bench.ground.program("benchmarks.pushes", settings, "--happen"))
        spent = _seconds_of(worker) - spent
        idle = _seconds_of(worker)
        await asyncio.sleep(IDLE_SECONDS / 6 if small else IDLE_SECONDS)
        idle = _seconds_of(worker) - idle
    share = idle / (IDLE_SECONDS / 6 if small else IDLE_SECONDS)
    bench.add(
        Figure(NAME, "one worker", f"{count} devices", count / seconds, "pushes/s", at_least(1500)),
        Figure(NAME, "one worker", "CPU", spent / count * 1e6, "µs/push"),
        Figure(NAME, "one worker", "idle", share * 100, "% of a core", at_most(2)),
    )


@contextmanager
def _sending(bench: Bench, settings: dict[str, str]) -> Iterator[psutil.Process]:
    env = {**os.environ, **settings, "DATABASE_TIME_LIMITS": "1"}
    with (bench.ground.folder / "pushes.log").open("ab") as log:
        command = [sys.executable, "manage.py", "send_pushes"]
        process = spawn(command, cwd=ROOT, env=env, output=log)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS * 2)


def _seconds_of(process: psutil.Process) -> float:
    """Of processor, spent so far."""
    times = process.cpu_times()
    return float(times.user + times.system)
