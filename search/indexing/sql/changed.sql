-- Note down that documents are others now: those of `source` with these keys, a subject and a part
-- each. Called by triggers of the tables that documents are made of, so it is as sure as the change
-- itself. A long list becomes several rows, since one row is indexed at once.
create or replace function search_changed(source text, subjects bigint[], parts int[])
returns void language plpgsql as $$
begin
    for i in 1 .. coalesce(cardinality(subjects), 0) by 500 loop
        insert into search_change (source, subjects, parts)
            values (source, subjects[i : i + 499], parts[i : i + 499]);
    end loop;
end $$;
