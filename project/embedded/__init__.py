"""The embedded default: PostgreSQL and Redis of our own, from wheels, under one directory.

    with Engines(Path("var")) as engines:
        connect(engines.database_url, engines.redis_url)

The engines end with the process that started them, however that ends.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from project.embedded.engine import EngineFailed
from project.embedded.postgres import Postgres
from project.embedded.redis import Redis
from project.embedded.secrets import Secrets

__all__ = ["EngineFailed", "Engines", "Secrets"]


class Engines:
    """PostgreSQL and Redis with their data in `data_dir`, which no two may use at a time."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.secrets = Secrets(self.data_dir / "secrets.json")
        self.postgres = Postgres(self.data_dir, self.secrets)
        self.redis = Redis(self.data_dir, self.secrets)

    @property
    def database_url(self) -> str:
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        return self.redis.url

    def start(self) -> None:
        """Return when both answer. Raises EngineFailed, and leaves none running then."""
        try:
            self.postgres.start()
            self.redis.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End both, in order."""
        self.redis.stop()
        self.postgres.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
