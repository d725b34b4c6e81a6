from pathlib import Path

from django.db import migrations, models

FUNCTION = Path(__file__).with_name("send_messages.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("chat", "0003_move_marks")]

    operations = [
        migrations.AddField("participant", "sent_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
    ]
