from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        """Make chat known to sync: its commands, its updates, its part of the bootstrap."""
        from chat import (  # noqa: F401
            commands,
            listing,
            people,
            presence,
            receipts,
            sending,
            typing,
            updates,
        )
        from chat.wire import Chat
        from project.sync import bootstrap

        people.listen()
        presence.listen()
        bootstrap.part("chats", list[Chat], listing.newest_chats)
        bootstrap.count("chats_unread", int, listing.chats_unread)
