"""Contacts tell search of their changes."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "searching" / "sql" / "tell_search.sql"
BACKWARDS = """
drop trigger contact_added on contacts_contact;
drop trigger contact_rewritten on contacts_contact;
drop trigger contact_removed on contacts_contact;
drop function contacts_changed();
drop function contacts_rewritten();
drop function contacts_tell_search(bigint[], bigint[]);
delete from search_change where source = 'contact';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_initial"),
        ("search", "0002_changed"),
    ]

    operations = [migrations.RunSQL(SQL.read_text(), BACKWARDS)]
