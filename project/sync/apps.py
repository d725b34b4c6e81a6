from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SyncConfig(AppConfig):
    name = "project.sync"
    label = "sync"

    def ready(self) -> None:
        """Say what the log keeps, and register the connection's own commands."""
        from project import domains
        from project.sync import basics  # noqa: F401
        from project.sync.domain import DOMAIN

        domains.register(DOMAIN)
        post_migrate.connect(_make_weeks, sender=self)


def _make_weeks(**_: Any) -> None:
    from project.sync.weeks import make_weeks

    make_weeks()
