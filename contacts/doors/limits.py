"""How fast one person may do what costs the server something."""

from __future__ import annotations

from project.limits import Bucket

IMPORTING = Bucket("contacts.import", 20, 1 / 20)
CHANGING = Bucket("contacts.change", 60, 2)
INVITING = Bucket("contacts.invite", 20, 1 / 5)
