"""M3: a client_id that was used before is stored again."""

from asgi import application
from tests.faults.planted.surgery import execute, rewrite_send

execute("alter table chat_message drop constraint if exists message_sent_once")
rewrite_send(("if i = any (repeats) then", "if false then"))

__all__ = ["application"]
