from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "project.sync"
    label = "sync"

    def ready(self) -> None:
        """Register the connection's own commands."""
        from project.sync import basics  # noqa: F401
