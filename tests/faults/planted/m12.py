"""M12: deleting a message for everyone marks it and keeps its text."""

from typing import Any

from asgi import application
from chat.models import Message
from tests.faults.planted.surgery import replace

_save = Message.save


def save(self: Message, *args: Any, **kwargs: Any) -> None:
    fields = kwargs.get("update_fields") or []
    if "deleted_at" in fields:
        kwargs["update_fields"] = [name for name in fields if name != "text"]
    _save(self, *args, **kwargs)


replace(Message, "save", save)

__all__ = ["application"]
