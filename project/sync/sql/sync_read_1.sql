-- A page of somebody's log: the log's state, and with it at most `most` updates above `after`, in
-- their order. One row at least, with nulls for the update, unless the person has no log.
--
-- The log lies in weeks, and to plan a statement on all of them takes longer than to run it. Here the
-- plan is made once for each connection. It must go by the indexes and stop at `most`, however many
-- rows are above `after` and however few there were when it was made; so it may neither sort a log
-- nor read a week from end to end.
create function sync_read_1(person bigint, after bigint, most int) returns table (
    epoch text, known boolean, head bigint, floor bigint,
    pts bigint, kind text, subject bigint, part bigint, age float8
) language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off set jit = off
as $$
begin
    return query
        select e.value::text,
            e.value is not null and e.timeline is not distinct from case when pg_is_in_recovery() then null else
                ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int end,
            h.pts, h.floor,
            u.pts, u.kind::text, u.subject, u.part,
            extract(epoch from clock_timestamp() - u.at)::float8
        from sync_head h
            left join (select * from sync_epoch s order by s.id limit 1) e on true
            left join lateral (
                select * from sync_update r where r.user_id = h.user_id and r.pts > after
                order by r.pts limit most) u on true
        where h.user_id = person
        order by u.pts;
end $$;
