"""M1: a message's number comes from a sequence, so it is not in the order of the commits."""

from asgi import application
from tests.faults.planted.surgery import execute, rewrite_send

execute(
    """create or replace function planted_sequence() returns trigger language plpgsql as $$
    begin
        execute format('create sequence if not exists planted_%s', new.id);
        return null;
    end $$""",
    """create or replace trigger planted_sequence after insert on chat_chat
    for each row execute function planted_sequence()""",
)
rewrite_send(
    ("    known record;\n", "    known record;\n    numbers bigint[];\n"),
    (
        "begin\n    perform 1 from chat_chat",
        "begin\n    numbers := array("
        "select nextval(format('planted_%s', c)) from unnest(chats) c);\n"
        "    perform pg_sleep(random() * 0.02);\n    perform 1 from chat_chat",
    ),
    ("number := pair.last_number + 1;", "number := numbers[i];"),
    (
        "set last_number = chat_send_messages.number,",
        "set last_number = greatest(c.last_number, chat_send_messages.number),",
    ),
)

__all__ = ["application"]
