-- Move a batch of receipts forward: marks, the log rows of those who learn of it, and heads, in one
-- call and one transaction. One row per command comes back, in order. Locks are taken as in
-- chat_send_messages_2: chats by id, then heads by user id.
--
-- A mark is clamped to the last message that its owner may see (what was sent by somebody blocked must
-- not show as delivered), and one that moves nothing tells nobody. The peer learns unless blocked, and
-- of reading only while both show it. While the reader blocks the peer, the peer learns nothing.
--
-- Nothing here grows with the chat: what is unread follows from two counters of the reader's side, and
-- what is hidden lies in runs (chat_hole). Only a mark that stops short of the last visible message
-- counts what is gone below it, once for each message ever, since marks only grow.
create function chat_move_marks_2(
    readers bigint[], chats bigint[], numbers int[], reads boolean[]
) returns table (outcome text, peer bigint, my_pts bigint, peer_pts bigint)
language plpgsql volatile
set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off
as $$
declare
    was record;
    last_visible int;
    base int;
    seen int;
    moved boolean;
    tells boolean;
begin
    perform 1 from chat_chat c where c.id = any (chats) order by c.id for no key update;
    perform 1 from sync_head h
        where h.user_id in (
            select p.user_id from chat_participant p where p.chat_id = any (chats))
        order by h.user_id for no key update;

    for i in 1 .. cardinality(chats) loop
        peer := null; my_pts := null; peer_pts := null;
        select c.last_number, p.delivered, p.read, p.cleared, p.marked_unread, p.gone, p.hidden_tail,
                o.user_id as other
            into was
            from chat_chat c
                join chat_participant p on p.chat_id = c.id and p.user_id = readers[i]
                join chat_participant o on o.chat_id = c.id and o.user_id <> readers[i]
            where c.id = chats[i];
        if not found then
            outcome := 'not_found'; return next; continue;
        end if;
        peer := was.other;
        if numbers[i] > was.last_number then
            outcome := 'beyond'; return next; continue;
        end if;

        last_visible := was.last_number - was.hidden_tail;
        base := greatest(was.read, was.cleared);
        seen := least(numbers[i], last_visible);
        if seen < last_visible then
            select coalesce(min(h.first) - 1, seen) into seen from chat_hole h
                where h.user_id = readers[i] and h.chat_id = chats[i]
                    and h.first <= seen and h.last >= seen;
        end if;
        if seen <= was.cleared then
            seen := 0;
        end if;
        moved := seen > was.delivered or reads[i] and (seen > was.read or was.marked_unread);
        if not moved then
            outcome := 'same'; return next; continue;
        end if;

        update chat_participant p set
            delivered = greatest(p.delivered, seen),
            read = case when reads[i] then greatest(p.read, seen) else p.read end,
            gone = case
                when not reads[i] or seen <= base or was.gone = 0 then p.gone
                when seen = last_visible then p.hidden_tail
                else p.gone - chat_count_gone_1(chats[i], readers[i], base, seen) end,
            marked_unread = p.marked_unread and not reads[i]
            where p.chat_id = chats[i] and p.user_id = readers[i];
        update sync_head h set pts = h.pts + 1 where h.user_id = readers[i]
            returning h.pts into my_pts;
        insert into sync_update (user_id, pts, kind, subject)
            values (readers[i], my_pts, 'chat.updated', chats[i]);

        tells := seen > was.delivered
            or reads[i] and seen > was.read and not exists (
                select 1 from accounts_user u
                where u.id in (readers[i], peer) and not u.read_receipts);
        if tells and not exists (
            select 1 from accounts_block b
            where b.blocker_id = readers[i] and b.blocked_id = peer
        ) then
            update sync_head h set pts = h.pts + 1 where h.user_id = peer
                returning h.pts into peer_pts;
            if found then
                insert into sync_update (user_id, pts, kind, subject)
                    values (peer, peer_pts, 'chat.updated', chats[i]);
            end if;
        end if;
        outcome := 'moved';
        return next;
    end loop;
end $$;
