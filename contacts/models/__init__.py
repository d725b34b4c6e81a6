"""Address books, the imports that fill them, who was found in them, and who was invited."""

from contacts.models.books import Book, Contact, Key
from contacts.models.imports import Chunk, Import, Mode, State
from contacts.models.invites import Channel, Invite, InviteKey, InviteState, OptOut
from contacts.models.matches import Errand, Joined, Match, Seen

__all__ = [
    "Book",
    "Channel",
    "Chunk",
    "Contact",
    "Errand",
    "Import",
    "Invite",
    "InviteKey",
    "InviteState",
    "Joined",
    "Key",
    "Match",
    "Mode",
    "OptOut",
    "Seen",
    "State",
]
