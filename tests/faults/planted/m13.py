"""M13: deleting a message for everyone leaves its file, which nothing holds any more."""

from asgi import application
from chat.services import messages


def release(file_id: int, cause: str) -> bool:
    """Not at all."""
    return False


setattr(messages, "release", release)  # noqa: B010

__all__ = ["application"]
