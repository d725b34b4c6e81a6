"""What the tests of the feed leave behind would be pushed by those of the sender."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_device_is_left() -> Iterator[None]:
    """With a device go the pushes that wait for it."""
    from feed.models import Device
    from tests.apart import apart

    yield
    apart(Device.objects.all().delete)
