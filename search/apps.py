from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        """Say what search keeps, and make people known to it."""
        from project import domains, preloading
        from search.documents import register
        from search.domain import DOMAIN
        from search.elastic import configured
        from search.people import SOURCE

        domains.register(DOMAIN)
        register(SOURCE)
        if configured():
            preloading.load_before_serving(_load)


def _load() -> None:
    from search.elastic import client, searching  # noqa: F401

    client.client()
