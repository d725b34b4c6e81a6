from django.db import migrations

# The table that was there becomes the partition of all that is written until the Monday after next.
# Its rows are looked at before, by a constraint that is validated while everybody writes, so that
# attaching it takes but a moment. Processes of the release before go on as if nothing had happened.
BOUND = """
do $$
declare bound constant timestamptz :=
    date_trunc('week', now() at time zone 'UTC') at time zone 'UTC' + interval '14 days';
begin
    execute format(
        'alter table sync_update add constraint sync_update_before_end check (at < %L) not valid',
        bound);
end $$"""
VALIDATE = "alter table sync_update validate constraint sync_update_before_end"
SWAP = """
do $$
declare bound constant text := (
    select substring(pg_get_constraintdef(oid) from $r$'([^']+)'$r$)
        from pg_constraint where conname = 'sync_update_before_end');
begin
    set local lock_timeout = '5s';
    lock table sync_update in access exclusive mode;
    alter table sync_update rename to sync_update_before;
    alter index sync_update_pkey rename to sync_update_before_pkey;
    create table sync_update (like sync_update_before including defaults) partition by range (at);
    create table sync_update_rest partition of sync_update default;
    alter table sync_update_rest add primary key (user_id, pts);
    execute format(
        'alter table sync_update attach partition sync_update_before'
        ' for values from (minvalue) to (%L)', bound);
    alter table sync_update_before drop constraint sync_update_before_end;
end $$"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sync", "0004_history")]
    operations = [migrations.RunSQL(each) for each in (BOUND, VALIDATE, SWAP)]
