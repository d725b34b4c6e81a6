-- How many of the messages above `low`, up to `high`, this person does not count as unread: those in
-- holes, and tombstones outside of them.
create function chat_count_gone_1(chat bigint, person bigint, low int, high int) returns int
language sql stable as $$
    select (
        select coalesce(sum(least(h.last, high) - greatest(h.first, low + 1) + 1), 0)
        from chat_hole h
        where h.user_id = person and h.chat_id = chat and h.first <= high and h.last > low
    )::int + (
        select count(*) from chat_message m
        where m.chat_id = chat and m.number > low and m.number <= high
            and m.deleted_at is not null and not m.hidden_from @> array[person]
    )::int
$$;
