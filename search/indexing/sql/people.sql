-- People are documents of search. What they do all day (being seen) changes none.
create or replace function search_person_changed() returns trigger language plpgsql as $$
begin
    perform search_changed('user', array[coalesce(new.id, old.id)], array[0]);
    return null;
end $$;

create trigger search_person_made after insert or delete on accounts_user
    for each row execute function search_person_changed();
create trigger search_person_changed
    after update of name, username, about, tags, discoverable_by, is_active, left_at
    on accounts_user for each row execute function search_person_changed();

-- Those who are there already.
select search_changed('user', array_agg(id), array_agg(0)) from accounts_user;
