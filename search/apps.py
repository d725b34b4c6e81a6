from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        """Say what search keeps, and make people known to it."""
        from project import domains
        from search.documents import register
        from search.domain import DOMAIN
        from search.people import SOURCE

        domains.register(DOMAIN)
        register(SOURCE)
