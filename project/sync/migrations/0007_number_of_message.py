from django.db import migrations, models


class Migration(migrations.Migration):
    """The column keeps its name, which the release before and functions in the database know."""

    dependencies = [("sync", "0006_read_a_page")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("update", "part", "number"),
                migrations.AlterField(
                    "update", "number", models.BigIntegerField(db_column="part", null=True)
                ),
            ]
        )
    ]
