from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "project.files"
    label = "files"

    def ready(self) -> None:
        """Say what is kept of files."""
        from project import domains
        from project.files.domain import DOMAIN

        domains.register(DOMAIN)
