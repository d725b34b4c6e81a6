"""`manage.py send_pushes`: the process that sends pushes, until it is told to end."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import uvloop
from django.core.management.base import BaseCommand

from feed.push.worker import Worker
from project.metrics import serve_apart


class Command(BaseCommand):
    help = "Send pushes until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        serve_apart()
        uvloop.run(_run())


async def _run() -> None:
    worker = Worker()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()
