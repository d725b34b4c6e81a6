from pathlib import Path

from django.db import migrations

from project.functions import install

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("sync", "0005_weeks")]
    operations = [install(SQL / "sync_read_1.sql")]
