"""Contacts' REST door. What has a path of its own stands before single contacts."""

from __future__ import annotations

from contacts.doors.views import books, imports, invites, optouts

operations = [
    *imports.operations,
    *invites.operations,
    *optouts.operations,
    *books.operations,
]
