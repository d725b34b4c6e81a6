from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "project.sync"
    label = "sync"

    def ready(self) -> None:
        """Say what the log keeps, and register the connection's own commands."""
        from project import domains
        from project.sync import basics  # noqa: F401
        from project.sync.domain import DOMAIN

        domains.register(DOMAIN)
