"""Accounts' REST door."""

from accounts.views import devices, entry, people
from project.rest import Operation

operations: list[Operation] = [
    *entry.operations,
    *devices.operations,
    *people.operations,
]
