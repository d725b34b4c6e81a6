-- Note that a person may not see the messages `low` to `high`, the newest of a chat whose row is
-- locked: they were sent by somebody whom the person blocks.
create function chat_hide_run_1(chat bigint, person bigint, low int, high int) returns void
language plpgsql volatile as $$
begin
    update chat_participant p
        set gone = p.gone + high - low + 1, hidden_tail = p.hidden_tail + high - low + 1
        where p.chat_id = chat and p.user_id = person;
    update chat_hole h set last = high
        where h.user_id = person and h.chat_id = chat and h.last = low - 1;
    if not found then
        insert into chat_hole (user_id, chat_id, first, last) values (person, chat, low, high);
    end if;
end $$;
