-- Store a batch of text messages: each message with its number, the log rows of both people and all
-- counters, in one call and one transaction. One row per command comes back, in order.
--
-- Locks come first and in the global order: chats by id, then heads by user id. Each statement after
-- that has a snapshot of its own (READ COMMITTED), so it sees whatever the last holder committed.
-- `tags` are joined by spaces and a reply of 0 is none, since arrays of arrays and nulls cost more.
-- Single-row statements in a loop are as fast as set-based ones for a batch of 20 and twice as fast
-- for a batch of one.
create or replace function chat_send_messages(
    senders bigint[], chats bigint[], client_ids text[], fingerprints bytea[], texts text[],
    tags text[], replies int[]
) returns table (
    outcome text, number int, at timestamptz, sender_pts bigint, peer bigint, peer_pts bigint
) language plpgsql volatile as $$
declare
    pair record;
    known record;
    hidden bigint[];
begin
    perform 1 from chat_chat c where c.id = any (chats) order by c.id for no key update;
    perform 1 from sync_head h
        where h.user_id in (
            select c.low_id from chat_chat c where c.id = any (chats)
            union select c.high_id from chat_chat c where c.id = any (chats))
        order by h.user_id for no key update;

    for i in 1 .. cardinality(chats) loop
        number := null; at := null; sender_pts := null; peer := null; peer_pts := null;

        select c.low_id, c.high_id, c.last_number into pair from chat_chat c where c.id = chats[i];
        if not found or senders[i] not in (pair.low_id, pair.high_id) then
            outcome := 'not_found'; return next; continue;
        end if;
        peer := case senders[i] when pair.low_id then pair.high_id else pair.low_id end;

        select m.chat_id, m.number, m.created_at, m.fingerprint into known
            from chat_message m where m.sender_id = senders[i] and m.client_id = client_ids[i];
        if found then
            number := known.number; at := known.created_at;
            outcome := case when known.chat_id = chats[i] and known.fingerprint = fingerprints[i]
                then 'repeated' else 'reused' end;
            return next; continue;
        end if;

        hidden := '{}';
        perform 1 from accounts_block b where b.blocker_id = senders[i] and b.blocked_id = peer;
        if found then
            outcome := 'forbidden'; return next; continue;
        end if;
        perform 1 from accounts_block b where b.blocker_id = peer and b.blocked_id = senders[i];
        if found then
            hidden := array[peer];
        end if;
        if replies[i] > 0 and not exists (
            select 1 from chat_message m
                join chat_participant p on p.chat_id = m.chat_id and p.user_id = senders[i]
                where m.chat_id = chats[i] and m.number = replies[i] and m.number > p.cleared
                    and not m.hidden_from @> array[senders[i]]
        ) then
            outcome := 'no_reply'; return next; continue;
        end if;

        number := pair.last_number + 1;
        at := date_trunc('milliseconds', clock_timestamp());
        insert into chat_message
            (chat_id, number, sender_id, client_id, fingerprint, text, hashtags, reply_to,
             hidden_from, created_at)
            values (chats[i], number, senders[i], client_ids[i], fingerprints[i], texts[i],
                    string_to_array(tags[i], ' '), nullif(replies[i], 0), hidden, at);
        update chat_chat c set last_number = chat_send_messages.number, active_at = at
            where c.id = chats[i];
        update chat_participant p
            set read = chat_send_messages.number, delivered = chat_send_messages.number
            where p.chat_id = chats[i] and p.user_id = senders[i];

        update sync_head h set pts = h.pts + 1 where h.user_id = senders[i]
            returning h.pts into sender_pts;
        insert into sync_update (user_id, pts, kind, subject, part, at)
            values (senders[i], sender_pts, 'message.created', chats[i], number, at);
        if hidden = '{}' then
            -- With the first message the peer learns of the chat itself.
            update sync_head h set pts = h.pts + case number when 1 then 2 else 1 end
                where h.user_id = peer returning h.pts into peer_pts;
            if number = 1 then
                insert into sync_update (user_id, pts, kind, subject, at)
                    values (peer, peer_pts - 1, 'chat.updated', chats[i], at);
            end if;
            if peer_pts is not null then
                insert into sync_update (user_id, pts, kind, subject, part, at)
                    values (peer, peer_pts, 'message.created', chats[i], number, at);
            end if;
        end if;
        outcome := 'sent';
        return next;
    end loop;
end $$;
