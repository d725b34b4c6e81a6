"""How fast one person may do things here."""

from __future__ import annotations

from project.limits import Bucket

SENDING = Bucket("message.send", burst=120, rate=20)
MARKING = Bucket("message.mark", burst=60, rate=5)  # reactions and tags
EDITING = Bucket("message.edit", burst=60, rate=2)  # each edit keeps a revision
DELETING = Bucket("message.delete", burst=120, rate=5)
LISTING_TAGS = Bucket("tags", burst=30, rate=1)
TRIGGERING = Bucket("message.action", burst=30, rate=1)
OPENING = Bucket("chat.open", burst=30, rate=0.2)  # new chats
REPORTING = Bucket("reports", burst=10, rate=0.01)
TYPING = Bucket("typing", burst=20, rate=2)
