"""M12: deleting a message for everyone marks it and keeps its text."""

from typing import Any

from asgi import application
from chat.models import Message

_save = Message.save


def save(self: Message, *args: Any, **kwargs: Any) -> None:
    fields = kwargs.get("update_fields") or []
    if "deleted_at" in fields:
        kwargs["update_fields"] = [name for name in fields if name != "text"]
    _save(self, *args, **kwargs)


setattr(Message, "save", save)  # noqa: B010

__all__ = ["application"]
