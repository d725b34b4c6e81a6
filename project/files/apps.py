from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "project.files"
    label = "files"

    def ready(self) -> None:
        """Say what is kept of files."""
        from django.conf import settings

        from project import domains, preloading
        from project.files.domain import DOMAIN

        domains.register(DOMAIN)
        if settings.S3_BUCKET:
            preloading.load_before_serving(_load)


def _load() -> None:
    from project.files.stores import s3

    s3.clients()
