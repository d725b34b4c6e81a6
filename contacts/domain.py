"""What contacts answers for (`project.domains`)."""

from contacts.doors.wire import Import
from contacts.reading import own_data, updates  # noqa: F401  # registers the renderers
from project.domains import Domain

DOMAIN = Domain(
    name="contacts",
    models={
        "Book": "erased: contacts",
        "Contact": "erased: contacts",
        "Key": "erased: contacts",
        "Import": "erased: contacts",
        "Chunk": "erased: contacts",
        "Match": "erased: contacts",
        "Seen": "erased: contacts",
        "Invite": "erased: invites",
        "InviteKey": "erased: invites",
        "Joined": "erased: invites",
        "Errand": "kept: until it is done, which takes seconds",
        "OptOut": "kept: it is of people who are no members, as keyed hashes",
    },
    exports={
        "contacts": own_data.contacts,
        "imports": own_data.imports,
        "invites": own_data.invites,
    },
    erasers={"contacts": own_data.erase_book, "invites": own_data.erase_invites},
    holders={},
    updates=("contact.updated", "contact.removed", "import.updated"),
    signals={"import.progress": Import},
    bootstrap={},
    counts={},
    feed=("contact.joined", "invite.accepted", "import.finished"),
    search=("contact",),
)
