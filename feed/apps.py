from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "feed"

    def ready(self) -> None:
        """Say what the feed keeps, and see that what it was told of push can be."""
        from feed.domain import DOMAIN
        from feed.push.configuration import check_settings
        from project import domains

        domains.register(DOMAIN)
        check_settings()
