-- Tell people of one event: items, events, log rows and heads, in one call and one transaction. One
-- row comes back for each person who did not have the event before; `pts` is null when their devices
-- learn nothing.
--
-- Heads are locked first, in their order, so that all that is published to one person, read and
-- archived by them happens one after the other. Whoever has no log has left; whoever blocks the actor
-- hears nothing of them. `shown` says who wants this kind in the list, `ids` are those of items that
-- turn out to be new.
create or replace function feed_publish(
    people bigint[], ids bigint[], shown boolean[], the_kind text, the_group text, the_key text,
    the_actor bigint, the_reference jsonb, the_data jsonb
) returns table (person bigint, item bigint, pts bigint) language plpgsql volatile
set enable_seqscan = off set jit = off as $$
declare
    now constant timestamptz := date_trunc('milliseconds', clock_timestamp());
    locked bigint[]; heads bigint[];
begin
    select array_agg(h.user_id), array_agg(h.pts) into locked, heads
        from (select t.user_id, t.pts from sync_head t where t.user_id = any (people)
              order by t.user_id for no key update) h;

    return query with wanted as (
        select w.person, w.id, w.shown, h.pts
        from unnest(people, ids, shown) w (person, id, shown)
            join unnest(locked, heads) h (person, pts) on h.person = w.person
        where not exists (select 1 from feed_event e
                where e.user_id = w.person and e.kind = the_kind and e.key = the_key)
            and not exists (select 1 from accounts_block b
                where b.blocker_id = w.person and b.blocked_id = the_actor)
    ), judged as (
        -- `begins` a period: the item is new, or it was read or put away.
        select w.*, k.id as known, k.period, k.actors, k.actor_count, k.event_count,
            k.id is null or k.read_at is not null or k.archived_at is not null as begins,
            coalesce(k.shown and k.archived_at is null, false) as listed,
            the_actor is not null and not exists (select 1 from feed_event e
                where e.item_id = k.id and e.period = k.period and e.actor = the_actor
                    and not e.withdrawn) as new_actor
        from wanted w left join feed_item k
            on k.user_id = w.person and k.kind = the_kind and k."group" = the_group
    ), told as (
        select j.*, case
                when j.shown and j.listed then 'notification.updated'
                when j.shown then 'notification.created'
                when j.listed then 'notification.removed'
            end as news
        from judged j
    ), written as (
        insert into feed_item as i
            (id, user_id, kind, "group", reference, data, actors, actor_count, event_count, period,
             position, shown, created_at, updated_at)
        select t.id, t.person, the_kind, the_group, the_reference, the_data,
            case when the_actor is null then case when t.begins then '{}' else t.actors end
                 when t.begins then array[the_actor]
                 else (array[the_actor] || array_remove(t.actors, the_actor))[1:3] end,
            case when t.begins then 0 else t.actor_count end
                + (the_actor is not null and (t.begins or t.new_actor))::int,
            case when t.begins then 1 else t.event_count + 1 end,
            coalesce(t.period, 0) + t.begins::int,
            t.pts + (t.news is not null)::int, t.shown, now, now
        from told t
        on conflict (user_id, kind, "group") do update set
            reference = excluded.reference, data = excluded.data, actors = excluded.actors,
            actor_count = excluded.actor_count, event_count = excluded.event_count,
            period = excluded.period, position = excluded.position, shown = excluded.shown,
            updated_at = excluded.updated_at, seen_at = null, read_at = null, archived_at = null
        returning i.id, i.user_id, i.period
    ), noted as (
        insert into feed_event (user_id, kind, key, item_id, actor, period, at)
        select w.user_id, the_kind, the_key, w.id, the_actor, w.period, now from written w
    ), moved as (
        update sync_head h set pts = t.pts + 1 from told t
        where h.user_id = t.person and t.news is not null
    ), logged as (
        insert into sync_update (user_id, pts, kind, subject, at)
        select t.person, t.pts + 1, t.news, w.id, now
        from told t join written w on w.user_id = t.person where t.news is not null
    )
    select t.person, w.id, case when t.news is not null then t.pts + 1 end
    from told t join written w on w.user_id = t.person;
end $$;
