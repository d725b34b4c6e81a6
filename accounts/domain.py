"""What accounts answers for (`project.domains`)."""

from accounts.doors.wire import Me
from accounts.reading import updates
from accounts.services import avatars, erasing, exporting
from project.domains import Domain
from project.files.reading.holders import Holder

DOMAIN = Domain(
    name="accounts",
    models={
        "User": "kept: emptied when the person leaves, so that chats can say who is gone",
        "Identity": "erased when the person leaves",
        "Session": "erased: sessions",
        "Challenge": "erased: challenges",
        "WrongCodes": "kept: counts by destination, for a day",
        "WrongPasswords": "erased when the person leaves",
        "SmsCount": "kept: counts of a country",
        "SmsNetworkCount": "kept: counts of a network",
        "Block": "erased: blocks",
        "Erasure": "kept: the record of what was erased",
        "Export": "erased: exports",
    },
    exports={
        "me": exporting.own_profile,
        "sessions": exporting.own_sessions,
        "blocks": exporting.own_blocks,
    },
    erasers={
        "sessions": erasing.erase_sessions,
        "challenges": erasing.erase_challenges,
        "blocks": erasing.erase_blocks,
        "exports": erasing.erase_exports,
    },
    holders={"avatar": Holder(avatars.holds, avatars.shows)},
    updates=("me.updated", "session.revoked"),
    signals={},
    bootstrap={"me": (Me, updates.read_me)},
    counts={},
    feed=("security.new_session", "security.identity_changed"),
    search=(),
)
