"""What chat answers for (`project.domains`)."""

from chat.doors.wire import Chat, Presence, TypingSignal
from chat.person import own_actions, own_data
from chat.reading import files, listing, updates  # noqa: F401  # registers the renderers
from project.domains import Domain
from project.files.reading.holders import Holder

DOMAIN = Domain(
    name="chat",
    models={
        "Chat": "kept: it is the peer's too",
        "Hole": "kept: it says what the person's side does not show",
        "Participant": "kept: the peer's chat shows a deleted account",
        "Message": "kept: what was sent stays with the peer",
        "Tag": "erased: tags",
        "Revision": "erased: revisions",
        "Report": "kept: operators decide about it",
        "ActionRun": "erased: actions",
    },
    exports={
        "chats": own_data.chats,
        "messages": own_data.messages,
        "tags": own_data.tags,
        "actions": own_actions.actions,
    },
    erasers={
        "revisions": own_data.erase_revisions,
        "tags": own_data.erase_tags,
        "actions": own_actions.erase_actions,
    },
    holders={"message": Holder(files.is_held, files.shown)},
    updates=("message.created", "message.updated", "message.deleted", "chat.updated"),
    signals={"typing": TypingSignal, "presence": Presence},
    bootstrap={"chats": (list[Chat], listing.newest_chats)},
    counts={"chats_unread": (int, listing.chats_unread)},
    feed=("message.received",),
    search=("message", "file"),
)
