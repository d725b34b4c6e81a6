from pathlib import Path

from django.db import migrations

FUNCTION = Path(__file__).with_name("move_marks.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_send_messages")]

    operations = [migrations.RunSQL(FUNCTION, "drop function chat_move_marks")]
