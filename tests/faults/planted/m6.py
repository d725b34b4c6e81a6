"""M6: the heads of users are locked one by one in no particular order."""

from asgi import application
from tests.faults.planted.surgery import rewrite_send

LOCK = """    perform 1 from sync_head h
        where h.user_id in (
            select c.low_id from chat_chat c where c.id = any (chats)
            union select c.high_id from chat_chat c where c.id = any (chats))
        order by h.user_id for no key update;
"""
IN_NO_ORDER = """    for pair in
        select u from chat_chat c cross join lateral (values (c.low_id), (c.high_id)) v(u)
            where c.id = any (chats) order by random()
    loop
        perform 1 from sync_head h where h.user_id = pair.u for no key update;
        perform pg_sleep(0.003);
    end loop;
"""

rewrite_send((LOCK, IN_NO_ORDER))

__all__ = ["application"]
