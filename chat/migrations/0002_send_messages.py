from pathlib import Path

from django.db import migrations

FUNCTION = Path(__file__).with_name("send_messages.sql").read_text()

# The rows that every message updates: room for the new version on the same page keeps the update
# away from the indexes, and vacuum must not wait until a fifth of such a table is dead.
HOT = """
alter table chat_chat set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
alter table chat_participant set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial"), ("sync", "0002_hot_head")]

    operations = [
        migrations.RunSQL(FUNCTION, "drop function chat_send_messages"),
        migrations.RunSQL(HOT, migrations.RunSQL.noop),
    ]
