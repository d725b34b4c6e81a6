"""The function by which tables tell search of changes; people do so from here on."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "indexing" / "sql"
BACKWARDS = """
drop trigger search_person_made on accounts_user;
drop trigger search_person_changed on accounts_user;
drop function search_person_changed();
drop function search_changed(text, bigint[], int[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_devices_networks_avatars"),
        ("search", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            [(SQL / "changed.sql").read_text(), (SQL / "people.sql").read_text()], BACKWARDS
        )
    ]
