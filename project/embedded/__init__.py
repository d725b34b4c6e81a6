"""PostgreSQL and Redis of one's own, from the binaries that two wheels carry.

For development, tests and trying things out: the same engines as in production, so there is no
second code path. Nothing here needs Django or its settings.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from project.embedded.postgres import Postgres
from project.embedded.redis import Redis
from project.embedded.secrets import Secrets

__all__ = ["Engines", "Postgres", "Redis", "Secrets"]


class Engines:
    """Both engines, with their data under `data_dir`. Usable as a context manager.

    `start` may be called on a directory that an earlier run left in any state, also after a crash.
    """

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self.secrets = Secrets(data_dir / "secrets.json")
        self.postgres = Postgres(data_dir / "postgres", self.secrets)
        self.redis = Redis(data_dir / "redis", self.secrets)

    @property
    def database_url(self) -> str:
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        return self.redis.url

    def start(self) -> None:
        """Start both and wait until they answer. Raises `EngineFailed` with the end of the log."""
        self.postgres.start()
        try:
            self.redis.start()
        except BaseException:
            self.postgres.stop()
            raise

    def stop(self) -> None:
        self.redis.stop()
        self.postgres.stop()

    def __enter__(self) -> Engines:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
