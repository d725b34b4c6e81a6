from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

FUNCTION = Path(__file__).with_name("send_messages.sql").read_text()
FEWER_ARGUMENTS = """
drop function if exists
    chat_send_messages(bigint[], bigint[], text[], bytea[], text[], text[], int[])
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0005_reports"),
        ("files", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user_id",
                        "chat_id",
                        "number",
                        "tag",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
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
                ("number", models.IntegerField()),
                ("tag", models.CharField(max_length=64)),
                (
                    "tagged_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="action",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="file_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="forward_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="forward_hops",
            field=models.SmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="message",
            name="forward_sender",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="no_forward",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="message",
            name="preview",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="reactions",
            field=models.JSONField(db_default=[]),
        ),
        migrations.AddField(
            model_name="message",
            name="reference",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="tagged_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], size=None
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("file_id__isnull", False)),
                fields=["file_id"],
                name="message_of_file",
            ),
        ),
        migrations.AddIndex(
            model_name="tag",
            index=models.Index(fields=["user", "tag"], name="tag_of_person"),
        ),
        migrations.RunSQL(FEWER_ARGUMENTS, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
    ]
