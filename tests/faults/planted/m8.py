"""M8: hubs never compare their users' heads with the database."""

from asgi import application
from project.sync.anti_entropy import AntiEntropy


async def compare(self: AntiEntropy) -> None:
    """Nothing."""


setattr(AntiEntropy, "compare", compare)  # noqa: B010

__all__ = ["application"]
