from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "feed"

    def ready(self) -> None:
        """Say what the feed keeps, make its commands and everybody's kinds known, and see that what
        it was told of push can be."""
        from feed.builtin import register_kinds
        from feed.domain import DOMAIN
        from feed.doors import commands  # noqa: F401
        from feed.push.configuration import check_settings
        from feed.services import devices, security
        from project import domains

        domains.register(DOMAIN)
        register_kinds()
        devices.listen()
        security.listen()
        check_settings()
