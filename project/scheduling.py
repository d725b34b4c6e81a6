"""Celery's beat, saying less; `project.beat` is what runs."""

from __future__ import annotations

import logging
from typing import Any

from celery import beat

logger = logging.getLogger(__name__)


class Scheduler(beat.Scheduler):  # type: ignore[misc]  # celery has no types
    """A task that cannot be queued is one line of the log. Celery's own scheduler writes two stacks
    for it, which came to 2 MB a minute while Redis took no writes."""

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except Exception as error:
            logger.warning("%s was not queued: %r", entry.name, error)
