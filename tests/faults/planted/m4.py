"""M4: devices live on hints alone; what they missed is never read from the log."""

from asgi import application
from project.sync.stream import Stream
from tests.faults.planted.surgery import replace


async def _read_page(self: Stream) -> None:
    self.cursor = self.head


replace(Stream, "_read_page", _read_page)

__all__ = ["application"]
