"""How sockets end."""

from __future__ import annotations

from typing import Any

from tests.devices import Device


async def goodbye(device: Device) -> dict[str, Any]:
    """Read to the end; the data of the `bye`, which is the last frame and tells the close code."""
    code = await device.closed()
    last = device.kept[-1] if device.kept else {}
    assert last.get("type") == "bye", (code, last)
    bye: dict[str, Any] = last["data"]
    assert bye["code"] == code
    assert isinstance(bye["reason"], str)
    return bye
