from django.db import migrations

# Every update raises a head: see the same of chat's rows.
HOT = "alter table sync_head set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)"


class Migration(migrations.Migration):
    dependencies = [("sync", "0001_initial")]

    operations = [migrations.RunSQL(HOT, migrations.RunSQL.noop)]
