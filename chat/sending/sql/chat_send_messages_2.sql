-- Store a batch of messages: each message with its number, the log rows of both people and all
-- counters, in one call and one transaction. One row per command comes back, in order.
--
-- Locks come first and in the global order: chats by id, then heads by user id. Every statement after
-- that has a snapshot of its own (READ COMMITTED), so it sees whatever the last holder committed.
-- What is decided per command is decided in arrays; what is written is written by one statement per
-- table, whatever the size of the batch. `tags` are joined by spaces, a reply or file of 0 is none,
-- a type of '' is for the function to tell, and `extras` are JSON objects of what few messages have
-- (reference, action, no_forward, forward) or ''. Each of these five arrays is empty when no message
-- of the batch has any.
--
-- What people see is kept, not counted when it is shown. Nobody's own messages lie above their read
-- mark, so the unread ones are those above it but for what is gone: deleted, or hidden from them.
-- Whoever does not block has one row touched by a message of the other only when the chat comes into
-- their list. Runs of hidden messages are rows of chat_hole.
--
-- A file must be its sender's, ready, and in no message yet, which claims it; one that is forwarded
-- must only be there still. Files are locked last of all.
--
-- A batch must not hold one client_id of one sender twice: that is a unique_violation, of
-- message_sent_once or raised here, and the caller splits the batch.
create function chat_send_messages_2(
    senders bigint[], chats bigint[], client_ids text[], fingerprints bytea[], texts text[],
    tags text[], replies int[], types text[], files bigint[], extras text[]
) returns table (
    outcome text, number int, at timestamptz, sender_pts bigint, peer bigint, peer_pts bigint
) language plpgsql volatile
-- A plan made while the tables were empty would scan them from end to end for ever after. Here, not in
-- the session, since a pooler drops what a session was told.
set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off
as $$
declare
    now constant timestamptz := date_trunc('milliseconds', clock_timestamp());
    -- The locked rows: chats, and the heads of all their people.
    chat_ids bigint[]; lows bigint[]; highs bigint[]; lasts int[];
    people bigint[]; heads bigint[];
    -- Who has blocked whom among them, as pairs; and the commands whose client_id is known.
    blockers bigint[]; blocked bigint[];
    repeats bigint[];
    -- The new messages, as positions in the batch, and the new updates.
    news int[] := '{}'; new_numbers int[] := '{}'; hiding bigint[] := '{}';
    -- Chats whose new messages the other one must not notice, not even by their place in the list.
    quiet bigint[] := '{}';
    told bigint[] := '{}'; told_pts bigint[] := '{}'; told_kinds text[] := '{}';
    told_chats bigint[] := '{}'; told_numbers int[] := '{}';
    -- The answers.
    outcomes text[] := '{}'; numbers int[] := '{}'; times timestamptz[] := '{}';
    pts_of_senders bigint[] := '{}'; peers bigint[] := '{}'; pts_of_peers bigint[] := '{}';
    -- The command at hand.
    pixels int;
    me bigint; other bigint; hidden_from bigint; c int; mine int; theirs int; n int; first record;
begin
    select array_agg(l.id), array_agg(l.low_id), array_agg(l.high_id), array_agg(l.last_number)
        into chat_ids, lows, highs, lasts
        from (select * from chat_chat t where t.id = any (chats)
              order by t.id for no key update) l;
    select array_agg(l.user_id), array_agg(l.pts) into people, heads
        from (select * from sync_head t where t.user_id = any (lows || highs)
              order by t.user_id for no key update) l;
    select array_agg(b.blocker_id), array_agg(b.blocked_id) into blockers, blocked
        from accounts_block b
        where b.blocker_id = any (lows || highs) and b.blocked_id = any (lows || highs);
    select array_agg(r.i) into repeats
        from unnest(senders, client_ids) with ordinality r (sender, client_id, i)
        join chat_message m on m.sender_id = r.sender and m.client_id = r.client_id;

    for i in 1 .. cardinality(chats) loop
        numbers[i] := null; times[i] := null;
        pts_of_senders[i] := null; peers[i] := null; pts_of_peers[i] := null;

        me := senders[i];
        c := array_position(chat_ids, chats[i]);
        if c is null or me not in (lows[c], highs[c]) then
            outcomes[i] := 'not_found';
            continue;
        end if;
        other := case me when lows[c] then highs[c] else lows[c] end;
        peers[i] := other;

        if i = any (repeats) then
            select m.chat_id, m.number, m.created_at, m.fingerprint into first
                from chat_message m where m.sender_id = me and m.client_id = client_ids[i];
            numbers[i] := first.number;
            times[i] := first.created_at;
            outcomes[i] := case
                when first.chat_id = chats[i] and first.fingerprint = fingerprints[i]
                then 'repeated' else 'reused' end;
            continue;
        end if;

        hidden_from := 0;
        if blockers is not null then
            if exists (select 1 from unnest(blockers, blocked) b (one, another)
                       where b.one = me and b.another = other) then
                outcomes[i] := 'forbidden';
                continue;
            end if;
            if exists (select 1 from unnest(blockers, blocked) b (one, another)
                       where b.one = other and b.another = me) then
                hidden_from := other;
                quiet := array_append(quiet, chats[i]);
            end if;
        end if;

        if replies[i] > 0 and not exists (
            select 1 from chat_message m
                join chat_participant p on p.chat_id = m.chat_id and p.user_id = me
                where m.chat_id = chats[i] and m.number = replies[i] and m.number > p.cleared
                    and not m.hidden_from @> array[me]
        ) then
            outcomes[i] := 'no_reply';
            continue;
        end if;

        if files[i] > 0 then
            if nullif(extras[i], '')::jsonb ? 'forward' then
                select f.width into pixels from files_file f
                    where f.id = files[i] for key share;
            else
                update files_file f set used_at = now
                    where f.id = files[i] and f.owner_id = me and f.state = 'ready'
                        and f.used_at is null
                        and (f.width is not null or types[i] is distinct from 'image')
                    returning f.width into pixels;
            end if;
            if not found then
                if exists (select 1 from unnest(news) w (j)
                           where senders[w.j] = me and client_ids[w.j] = client_ids[i]) then
                    -- The same command twice: the first of them has just claimed the file.
                    raise unique_violation;
                end if;
                outcomes[i] := 'no_file';
                continue;
            end if;
            if coalesce(types[i], '') = '' then
                types[i] := case when pixels is null then 'file' else 'image' end;
            end if;
        end if;

        n := lasts[c] + 1;
        lasts[c] := n;
        news := array_append(news, i);
        new_numbers := array_append(new_numbers, n);
        hiding := array_append(hiding, hidden_from);

        mine := array_position(people, me);
        heads[mine] := heads[mine] + 1;
        told := array_append(told, me);
        told_pts := array_append(told_pts, heads[mine]);
        told_kinds := array_append(told_kinds, 'message.created');
        told_chats := array_append(told_chats, chats[i]);
        told_numbers := array_append(told_numbers, n);

        theirs := array_position(people, other);
        if hidden_from = 0 and theirs is not null then
            if n = 1 then
                -- With the first message the peer learns of the chat itself.
                heads[theirs] := heads[theirs] + 1;
                told := array_append(told, other);
                told_pts := array_append(told_pts, heads[theirs]);
                told_kinds := array_append(told_kinds, 'chat.updated');
                told_chats := array_append(told_chats, chats[i]);
                told_numbers := array_append(told_numbers, null);
            end if;
            heads[theirs] := heads[theirs] + 1;
            told := array_append(told, other);
            told_pts := array_append(told_pts, heads[theirs]);
            told_kinds := array_append(told_kinds, 'message.created');
            told_chats := array_append(told_chats, chats[i]);
            told_numbers := array_append(told_numbers, n);
            pts_of_peers[i] := heads[theirs];
        end if;

        outcomes[i] := 'sent';
        numbers[i] := n;
        times[i] := now;
        pts_of_senders[i] := heads[mine];
    end loop;

    if cardinality(news) > 0 then
        insert into chat_message
            (chat_id, number, sender_id, client_id, fingerprint, type, text, hashtags, reply_to,
             file_id, reference, action, no_forward, forward_sender, forward_at, forward_hops,
             hidden_from, created_at)
            select chats[w.i], w.number, senders[w.i], client_ids[w.i], fingerprints[w.i],
                coalesce(nullif(types[w.i], ''), 'text'), texts[w.i],
                coalesce(string_to_array(tags[w.i], ' '), '{}'),
                nullif(replies[w.i], 0), nullif(files[w.i], 0),
                w.extra -> 'reference', w.extra -> 'action',
                coalesce((w.extra -> 'no_forward')::boolean, false),
                (w.extra #>> '{forward,sender}')::bigint,
                (w.extra #>> '{forward,created_at}')::timestamptz,
                coalesce((w.extra #> '{forward,hops}')::smallint, 0),
                case w.hidden when 0 then '{}' else array[w.hidden] end, now
            from (select *, nullif(extras[u.i], '')::jsonb as extra
                  from unnest(news, new_numbers, hiding) u (i, number, hidden)) w;
        update chat_chat t set last_number = w.number,
            active_at = case when t.id = any (quiet) then t.active_at else now end
            from unnest(chat_ids, lasts) w (id, number)
            where t.id = w.id and t.last_number < w.number;
        -- The sender has read what they sent, and the chat is in the list of all who may see it.
        update chat_participant t set
            read = greatest(t.read, w.number), delivered = greatest(t.delivered, w.number),
            gone = case w.number when 0 then t.gone else 0 end, hidden_tail = 0,
            sent_at = case w.number when 0 then t.sent_at else now end, opened = true
            from (select e.chat, e.person, max(e.number) as number from (
                      select chats[s.i] as chat, senders[s.i] as person, s.number
                          from unnest(news, new_numbers) s (i, number)
                      union all select chats[s.i], peers[s.i], 0
                          from unnest(news, hiding) s (i, hidden) where s.hidden = 0
                  ) e group by 1, 2) w
            where t.chat_id = w.chat and t.user_id = w.person
                and (w.number > 0 or not t.opened or t.hidden_tail > 0);
        if cardinality(quiet) > 0 then
            perform chat_hide_run_1(w.chat, w.person, w.low, w.high)
                from (select chats[s.i] as chat, s.hidden as person,
                          min(s.number) as low, max(s.number) as high
                      from unnest(news, new_numbers, hiding) s (i, number, hidden)
                      where s.hidden > 0 group by 1, 2) w;
        end if;
        update sync_head t set pts = w.pts
            from unnest(people, heads) w (id, pts) where t.user_id = w.id and t.pts < w.pts;
        insert into sync_update (user_id, pts, kind, subject, part, at)
            select w.person, w.pts, w.kind, w.chat, w.number, now
            from unnest(told, told_pts, told_kinds, told_chats, told_numbers)
                w (person, pts, kind, chat, number);
    end if;

    return query
        select * from unnest(outcomes, numbers, times, pts_of_senders, peers, pts_of_peers);
end $$;
