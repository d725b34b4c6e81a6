from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        """Say what chat keeps; make its commands known, and what it does when people change."""
        from accounts.public import GLIMPSES
        from chat.domain import DOMAIN
        from chat.doors import commands  # noqa: F401
        from chat.person import changed
        from chat.presence import desk, glimpse, typing  # noqa: F401
        from chat.reading import standing
        from chat.searching import source
        from chat.sending import batches, receipts  # noqa: F401
        from project import domains

        domains.register(DOMAIN)
        GLIMPSES.append(glimpse.glimpse)
        changed.listen()
        desk.listen()
        source.listen()
        standing.register()
