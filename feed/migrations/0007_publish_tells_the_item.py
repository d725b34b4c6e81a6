from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "publishing" / "sql"


class Migration(migrations.Migration):
    """The function answers more, so it has to be made anew."""

    dependencies = [("feed", "0006_publish_by_index")]

    operations = [
        migrations.RunSQL(
            "drop function feed_publish;\n" + (SQL / "publish.sql").read_text(),
            migrations.RunSQL.noop,
        ),
    ]
