"""M13: deleting a message for everyone leaves its file, which nothing holds any more."""

from django.db.models import Q

from asgi import application
from chat.services import messages
from tests.faults.planted.surgery import replace


def release(file_id: int, cause: str, only: Q | None = None) -> bool:
    """Not at all."""
    return False


replace(messages, "release", release)

__all__ = ["application"]
