"""M11: heads are never compared, and a repeat gives no hint, though the first may be lost."""

from importlib import import_module
from types import SimpleNamespace

from project.sync import hints
from tests.faults.planted.m8 import application


def tell(positions: object) -> None:
    """Nobody."""


for name in ("chat.sending.batches", "chat.services.messages"):
    vars(import_module(name))["hints"] = SimpleNamespace(**vars(hints) | {"tell": tell})

__all__ = ["application"]
