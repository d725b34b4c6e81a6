from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from project.functions import install

SQL = Path(__file__).resolve().parent.parent / "sending" / "sql"

# What the new columns hold of the chats that are there.
HOLES = """
insert into chat_hole (user_id, chat_id, first, last)
    select person, chat_id, min(number), max(number)
    from (select person, m.chat_id, m.number,
              m.number - row_number() over (partition by person, m.chat_id order by m.number) as run
          from chat_message m cross join unnest(m.hidden_from) as person
              join chat_participant p on p.chat_id = m.chat_id and p.user_id = person
          where m.number > p.cleared
          ) hidden
    group by person, chat_id, run
"""
COUNTERS = """
update chat_participant p set
    gone = (select count(*) from chat_message m
            where m.chat_id = p.chat_id and m.number > greatest(p.read, p.cleared)
                and (m.deleted_at is not null or m.hidden_from @> array[p.user_id])),
    hidden_tail = coalesce((
        select h.last - h.first + 1 from chat_hole h join chat_chat c on c.id = h.chat_id
        where h.user_id = p.user_id and h.chat_id = p.chat_id and h.last = c.last_number), 0)
    where exists (select 1 from chat_message m
        where m.chat_id = p.chat_id
            and (m.deleted_at is not null or m.hidden_from @> array[p.user_id]))
"""
SHOWN = """
update chat_participant p set shown_delivered = p.delivered, shown_read = p.read
    from accounts_block b, chat_participant o
    where o.chat_id = p.chat_id and o.user_id <> p.user_id
        and b.blocker_id = p.user_id and b.blocked_id = o.user_id
"""
# Processes of the last release go on calling the functions of their time.
ALIASES = """
create or replace function chat_send_messages(
    senders bigint[], chats bigint[], client_ids text[], fingerprints bytea[], texts text[],
    tags text[], replies int[], types text[], files bigint[], extras text[]
) returns table (
    outcome text, number int, at timestamptz, sender_pts bigint, peer bigint, peer_pts bigint
) language sql volatile as $$
    select * from chat_send_messages_2(
        senders, chats, client_ids, fingerprints, texts, tags, replies, types, files, extras)
$$;
create or replace function chat_move_marks(
    readers bigint[], chats bigint[], numbers int[], reads boolean[]
) returns table (outcome text, peer bigint, my_pts bigint, peer_pts bigint)
language sql volatile as $$
    select * from chat_move_marks_2(readers, chats, numbers, reads)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0008_tell_search"),
        ("accounts", "0005_opt_out"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="participant",
                name=name,
                field=models.IntegerField(db_default=0, default=0),
            )
            for name in ("gone", "hidden_tail")
        ),
        *(
            migrations.AddField(
                model_name="participant", name=name, field=models.IntegerField(null=True)
            )
            for name in ("shown_delivered", "shown_read")
        ),
        migrations.CreateModel(
            name="Hole",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user_id",
                        "chat_id",
                        "first",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("first", models.IntegerField()),
                ("last", models.IntegerField()),
                (
                    "chat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chat.chat",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["chat", "number"],
                name="message_deleted",
            ),
        ),
        migrations.RunSQL(HOLES, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTERS, migrations.RunSQL.noop),
        migrations.RunSQL(SHOWN, migrations.RunSQL.noop),
        install(SQL / "chat_hide_run_1.sql"),
        install(SQL / "chat_count_gone_1.sql"),
        install(SQL / "chat_send_messages_2.sql"),
        install(SQL / "chat_move_marks_2.sql"),
        migrations.RunSQL(ALIASES, migrations.RunSQL.noop),
    ]
