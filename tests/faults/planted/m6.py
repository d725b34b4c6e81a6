"""M6: the heads of users are locked one by one in no particular order."""

from asgi import application
from tests.faults.planted.surgery import rewrite_send

IN_ORDER = "    select array_agg(l.user_id), array_agg(l.pts) into people, heads\n"
IN_NO_ORDER = """    for first in
        select v.u from chat_chat t cross join lateral (values (t.low_id), (t.high_id)) v (u)
            where t.id = any (chats) order by random()
    loop
        perform 1 from sync_head h where h.user_id = first.u for no key update;
        perform pg_sleep(0.01);
    end loop;
"""

rewrite_send((IN_ORDER, IN_NO_ORDER + IN_ORDER))

__all__ = ["application"]
