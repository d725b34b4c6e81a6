"""Accounts' REST door."""

from accounts.doors.views import devices, entry, identities, people, recovery
from project.rest import Operation

operations: list[Operation] = [
    *entry.operations,
    *devices.operations,
    *people.operations,
    *recovery.operations,
    *identities.operations,
]
