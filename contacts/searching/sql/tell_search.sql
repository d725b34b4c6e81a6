-- Contacts tell search of their changes: each statement writes one row for each owner and thousand
-- contacts. Other refs and people found change no document.
create function contacts_tell_search(ids bigint[], owners bigint[]) returns void language sql as $$
    insert into search_change (source, subjects, parts, reader)
        select 'contact', array_agg(id), array_agg(0), owner_id
        from (select id, owner_id, row_number() over (partition by owner_id order by id) - 1 as place
              from unnest(ids, owners) t (id, owner_id)) numbered
        group by owner_id, place / 1000;
$$;

create function contacts_changed() returns trigger language plpgsql as $$
begin
    perform contacts_tell_search(array_agg(c.id), array_agg(c.owner_id)) from changed c;
    return null;
end $$;

create function contacts_rewritten() returns trigger language plpgsql as $$
begin
    perform contacts_tell_search(array_agg(c.id), array_agg(c.owner_id))
        from changed c join former f using (id)
        where (c.name, c.card) is distinct from (f.name, f.card);
    return null;
end $$;

create trigger contact_added after insert on contacts_contact
    referencing new table as changed
    for each statement execute function contacts_changed();
create trigger contact_rewritten after update on contacts_contact
    referencing old table as former new table as changed
    for each statement execute function contacts_rewritten();
create trigger contact_removed after delete on contacts_contact
    referencing old table as changed
    for each statement execute function contacts_changed();

-- Those who are in books already.
select contacts_tell_search(array_agg(id), array_agg(owner_id)) from contacts_contact;
