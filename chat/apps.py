from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        """Make chat known to sync: its commands, its updates, its part of the bootstrap."""
        from accounts.public import ERASERS, EXPORT_PARTS, GLIMPSES
        from chat import (  # noqa: F401
            commands,
            glimpse,
            listing,
            own_actions,
            own_data,
            people,
            presence,
            receipts,
            selectors,
            sending,
            typing,
            updates,
        )
        from chat.wire import Chat, Presence, TypingSignal
        from project.files.holders import HOLDERS, Holder
        from project.sync import bootstrap, kinds

        EXPORT_PARTS |= {
            "chats": own_data.chats,
            "messages": own_data.messages,
            "tags": own_data.tags,
            "actions": own_actions.actions,
        }
        ERASERS |= {"revisions": own_data.erase_revisions, "tags": own_data.erase_tags}
        ERASERS["actions"] = own_actions.erase_actions
        HOLDERS["message"] = Holder(selectors.is_file_held, selectors.is_file_shown)
        GLIMPSES.append(glimpse.glimpse)
        people.listen()
        presence.listen()
        kinds.SIGNALS |= {"typing": TypingSignal, "presence": Presence}
        bootstrap.part("chats", list[Chat], listing.newest_chats)
        bootstrap.count("chats_unread", int, listing.chats_unread)
