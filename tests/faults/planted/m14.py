"""M14: what is not to be forwarded is forwarded all the same."""

from asgi import application
from chat.models import Message
from chat.services import forwarding
from project.errors import Problem
from tests.faults.planted.surgery import replace

_source = forwarding._source


def source(user_id: int, source_id: int, number: int) -> Message | Problem:
    """The message, whatever its sender wanted."""
    message = Message.objects.filter(chat_id=source_id, number=number, deleted_at=None).first()
    if message is not None and message.no_forward:
        return message
    return _source(user_id, source_id, number)


replace(forwarding, "_source", source)

__all__ = ["application"]
