-- Keep each person's counts with their items, whoever writes those. Items are written under the lock
-- of their person's head, so two writers of one row of feed_state wait there and not here.
create or replace function feed_keep_counts() returns trigger language plpgsql
set enable_seqscan = off as $$
begin
    if tg_op = 'INSERT' then
        insert into feed_state as s (user_id, unseen, unread)
            select n.user_id, count(*) filter (where n.seen_at is null),
                count(*) filter (where n.read_at is null)
            from new_items n where n.shown and n.archived_at is null
            group by 1 order by 1
            on conflict (user_id) do update
                set unseen = s.unseen + excluded.unseen, unread = s.unread + excluded.unread;
    elsif tg_op = 'DELETE' then
        update feed_state s set unseen = s.unseen - o.unseen, unread = s.unread - o.unread
            from (select user_id, count(*) filter (where seen_at is null) as unseen,
                      count(*) filter (where read_at is null) as unread
                  from old_items where shown and archived_at is null group by 1) o
            where s.user_id = o.user_id;
    else
        insert into feed_state as s (user_id, unseen, unread)
            select user_id, sum(unseen), sum(unread) from (
                select user_id, (seen_at is null)::int as unseen, (read_at is null)::int as unread
                    from new_items where shown and archived_at is null
                union all
                select user_id, -(seen_at is null)::int, -(read_at is null)::int
                    from old_items where shown and archived_at is null
            ) changes
            group by 1 having sum(unseen) <> 0 or sum(unread) <> 0 order by 1
            on conflict (user_id) do update
                set unseen = s.unseen + excluded.unseen, unread = s.unread + excluded.unread;
    end if;
    return null;
end $$;

create or replace trigger feed_count_new after insert on feed_item
    referencing new table as new_items for each statement execute function feed_keep_counts();
create or replace trigger feed_count_changed after update on feed_item
    referencing old table as old_items new table as new_items
    for each statement execute function feed_keep_counts();
create or replace trigger feed_count_gone after delete on feed_item
    referencing old table as old_items for each statement execute function feed_keep_counts();
