"""People, the sessions of their devices, the codes sent to them, and whom they block."""

from accounts.models.codes import (
    Challenge,
    Purpose,
    SmsCount,
    SmsNetworkCount,
    WrongCodes,
    WrongPasswords,
)
from accounts.models.jobs import Erasure, Export, JobState
from accounts.models.people import Audience, Block, Identity, People, User
from accounts.models.sessions import Session

__all__ = [
    "Audience",
    "Block",
    "Challenge",
    "Erasure",
    "Export",
    "Identity",
    "JobState",
    "People",
    "Purpose",
    "Session",
    "SmsCount",
    "SmsNetworkCount",
    "User",
    "WrongCodes",
    "WrongPasswords",
]
