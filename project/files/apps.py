from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "project.files"
    label = "files"

    def ready(self) -> None:
        """Make files known to sync."""
        from project.files.reading import updates  # noqa: F401
