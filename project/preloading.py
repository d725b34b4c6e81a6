"""What a server loads before it serves.

A client of Elasticsearch or S3 takes up to half a second to load. Few installations have them all,
and neither do commands and workers, so each is imported where it is used. Whoever asks a server
first should not wait for that.
"""

from __future__ import annotations

from collections.abc import Callable

_loaders: list[Callable[[], object]] = []


def load_before_serving(load: Callable[[], object]) -> None:
    """For apps, which say so when they get ready. It must not need what may be away."""
    _loaders.append(load)


def load() -> None:
    """For servers, when all apps are ready."""
    for each in _loaders:
        each()
