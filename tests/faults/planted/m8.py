"""M8: hubs never compare their users' heads with the database."""

from asgi import application
from project.sync.anti_entropy import AntiEntropy


async def compare(self: AntiEntropy) -> None:
    """Nothing."""


AntiEntropy.compare = compare  # type: ignore[method-assign]

__all__ = ["application"]
