from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_identities_and_jobs"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="SmsNetworkCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "network",
                        "country",
                        "hour",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("network", models.CharField(max_length=32)),
                ("country", models.CharField(max_length=3)),
                ("hour", models.DateTimeField(db_index=True)),
                ("sent", models.IntegerField(db_default=0, default=0)),
                ("verified", models.IntegerField(db_default=0, default=0)),
            ],
        ),
        migrations.AddField(
            model_name="session",
            name="device_hash",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="proved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("device_hash__isnull", False)),
                fields=["device_hash"],
                name="session_of_device",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                condition=models.Q(("avatar__isnull", False)),
                fields=["avatar"],
                name="user_of_avatar",
            ),
        ),
    ]
