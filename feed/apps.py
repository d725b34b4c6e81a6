from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "feed"

    def ready(self) -> None:
        """The feed's part of the bootstrap."""
        from feed import public
        from feed.push.configuration import check_settings
        from project.sync import bootstrap

        bootstrap.part("feed", list[public.Notification], public.newest)
        bootstrap.count("feed", public.FeedCounts, public.counts)
        check_settings()
