"""M8: hubs never compare their users' heads with the database."""

from asgi import application
from project.sync.anti_entropy import AntiEntropy
from tests.faults.planted.surgery import replace


async def compare(self: AntiEntropy) -> None:
    """Nothing."""


replace(AntiEntropy, "compare", compare)

__all__ = ["application"]
