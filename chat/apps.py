from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        """Make chat known to sync: its commands, its updates, its part of the bootstrap."""
        from accounts.public import ERASERS, EXPORT_PARTS, GLIMPSES
        from chat.doors import commands  # noqa: F401
        from chat.doors.wire import Chat, Presence, TypingSignal
        from chat.person import changed, own_actions, own_data
        from chat.presence import desk, glimpse, typing  # noqa: F401
        from chat.reading import listing, selectors, updates  # noqa: F401
        from chat.sending import batches, receipts  # noqa: F401
        from project.files.reading.holders import HOLDERS, Holder
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
        changed.listen()
        desk.listen()
        kinds.SIGNALS |= {"typing": TypingSignal, "presence": Presence}
        bootstrap.part("chats", list[Chat], listing.newest_chats)
        bootstrap.count("chats_unread", int, listing.chats_unread)
