"""Messages tell search of their changes."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "searching" / "sql" / "tell_search.sql"
BACKWARDS = """
drop trigger chat_message_sent on chat_message;
drop trigger chat_message_changed on chat_message;
drop trigger chat_message_gone on chat_message;
drop trigger chat_tag_put on chat_tag;
drop trigger chat_tag_changed on chat_tag;
drop trigger chat_tag_removed on chat_tag;
drop trigger chat_cleared on chat_participant;
drop function chat_messages_changed();
drop function chat_cleared();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0007_action_runs"),
        ("search", "0002_changed"),
    ]

    operations = [migrations.RunSQL(SQL.read_text(), BACKWARDS)]
