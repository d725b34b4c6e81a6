-- Tell people of one event: items, events, log rows and heads, in one call and one transaction. One
-- row comes back for each person who did not have the event before, with all of the item that is not
-- the same for everybody; `pts` and `news` are null when their devices learn nothing.
--
-- Heads are locked first, in their order, so that all that is published to one person, read and
-- archived by them happens one after the other; the statement after that sees what the last holder
-- committed. Whoever has no log has left; whoever blocks the actor hears nothing of them. `by_default`
-- says whether the kind is in the list of those who have not said otherwise, `critical` that nobody
-- can; `ids` are those of items that turn out to be new.
--
-- Everything is looked up by an index for one person at a time: subqueries and laterals with a limit
-- leave the planner no choice. A join it would plan while the tables are empty, as one of two lists,
-- and keep that plan when they are not.
create or replace function feed_publish(
    people bigint[], ids bigint[], by_default boolean, critical boolean, the_kind text, the_group text, the_key text,
    the_actor bigint, the_reference jsonb, the_data jsonb
) returns table (
    person bigint, item bigint, pts bigint, news text, actors bigint[], actor_count int,
    event_count int, created_at timestamptz, updated_at timestamptz
) language plpgsql volatile
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
    now constant timestamptz := date_trunc('milliseconds', clock_timestamp());
begin
    perform 1 from sync_head t where t.user_id = any (people) order by t.user_id for no key update;

    return query with wanted as (
        select w.person, w.id, h.pts, critical or coalesce(
                (select (p.kinds -> the_kind ->> 'in_app')::boolean from feed_preference p
                    where p.user_id = w.person), by_default) as shown
        from unnest(people, ids) w (person, id)
            join sync_head h on h.user_id = w.person
        where (select e.id from feed_event e
                where e.user_id = w.person and e.kind = the_kind and e.key = the_key) is null
            and (select b.id from accounts_block b
                where b.blocker_id = w.person and b.blocked_id = the_actor) is null
    ), judged as (
        -- `begins` a period: the item is new, or it was read or put away.
        select w.person, coalesce(k.id, w.id) as id, w.shown, w.pts,
            k.actors, k.actor_count, k.event_count, coalesce(k.period, 0) as period,
            coalesce(k.created_at, now) as created_at,
            k.id is null or k.read_at is not null or k.archived_at is not null as begins,
            coalesce(k.shown and k.archived_at is null, false) as listed,
            (select e.id from feed_event e where e.item_id = k.id and e.period = k.period
                and e.actor = the_actor and not e.withdrawn limit 1) is null as new_actor
        from wanted w left join lateral (
            select * from feed_item i
            where i.user_id = w.person and i.kind = the_kind and i."group" = the_group limit 1
        ) k on true
    ), told as (
        select j.person, j.id, j.shown, j.pts, j.created_at,
            j.period + j.begins::int as period,
            case when the_actor is null then case when j.begins then '{}' else j.actors end
                 when j.begins then array[the_actor]
                 else (array[the_actor] || array_remove(j.actors, the_actor))[1:3] end as actors,
            case when j.begins then 0 else j.actor_count end
                + (the_actor is not null and (j.begins or j.new_actor))::int as actor_count,
            case when j.begins then 1 else j.event_count + 1 end as event_count,
            case
                when j.shown and j.listed then 'notification.updated'
                when j.shown then 'notification.created'
                when j.listed then 'notification.removed'
            end as news
        from judged j
    ), written as (
        insert into feed_item
            (id, user_id, kind, "group", reference, data, actors, actor_count, event_count, period,
             position, shown, created_at, updated_at)
        select t.id, t.person, the_kind, the_group, the_reference, the_data,
            t.actors, t.actor_count, t.event_count,
            t.period, t.pts + (t.news is not null)::int, t.shown, now, now
        from told t
        on conflict (user_id, kind, "group") do update set
            reference = excluded.reference, data = excluded.data, actors = excluded.actors,
            actor_count = excluded.actor_count, event_count = excluded.event_count,
            period = excluded.period, position = excluded.position, shown = excluded.shown,
            updated_at = excluded.updated_at, seen_at = null, read_at = null, archived_at = null
    ), noted as (
        insert into feed_event (user_id, kind, key, item_id, actor, period, at)
        select t.person, the_kind, the_key, t.id, the_actor, t.period, now from told t
    ), moved as (
        update sync_head h set pts = t.pts + 1 from told t
        where h.user_id = t.person and t.news is not null
    ), logged as (
        insert into sync_update (user_id, pts, kind, subject, at)
        select t.person, t.pts + 1, t.news, t.id, now from told t where t.news is not null
    )
    select t.person, t.id, case when t.news is not null then t.pts + 1 end, t.news,
        t.actors, t.actor_count, t.event_count, t.created_at, now
    from told t;
end $$;
