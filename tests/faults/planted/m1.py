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
    ("n int; first record;\n", "n int; first record; planted bigint[];\n"),
    (
        "begin\n    select array_agg(l.id)",
        "begin\n    planted := array("
        "select nextval(format('planted_%s', c.id)) from unnest(chats) c (id));\n"
        "    perform pg_sleep(random() * 0.02);\n    select array_agg(l.id)",
    ),
    ("n := lasts[c] + 1;\n        lasts[c] := n;", "n := planted[i]; lasts[c] := n;"),
)

__all__ = ["application"]
