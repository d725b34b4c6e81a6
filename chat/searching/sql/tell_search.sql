-- Whatever changes what a message says, who may see it or what is attached to it, tells search; the
-- statement that sends a batch of messages writes one row more.
create or replace function chat_messages_changed() returns trigger language plpgsql as $$
begin
    perform search_changed('message', array_agg(c.chat_id), array_agg(c.number)) from changed c;
    return null;
end $$;

create trigger chat_message_sent after insert on chat_message
    referencing new table as changed
    for each statement execute function chat_messages_changed();
create trigger chat_message_changed after update on chat_message
    referencing new table as changed
    for each statement execute function chat_messages_changed();
create trigger chat_message_gone after delete on chat_message
    referencing old table as changed
    for each statement execute function chat_messages_changed();
create trigger chat_tag_put after insert on chat_tag
    referencing new table as changed
    for each statement execute function chat_messages_changed();
create trigger chat_tag_changed after update on chat_tag
    referencing new table as changed
    for each statement execute function chat_messages_changed();
create trigger chat_tag_removed after delete on chat_tag
    referencing old table as changed
    for each statement execute function chat_messages_changed();

-- Clearing a chat takes all of it from one of the two.
create or replace function chat_cleared() returns trigger language plpgsql as $$
begin
    insert into search_change (source, subjects, parts, upto, reader)
        values ('message', array[new.chat_id], array[old.cleared + 1], new.cleared, new.user_id);
    return null;
end $$;

create trigger chat_cleared after update of cleared on chat_participant
    for each row when (new.cleared > old.cleared) execute function chat_cleared();

-- What was said already.
insert into search_change (source, subjects, parts, upto)
    select 'message', array[id], array[1], last_number from chat_chat where last_number > 0;
