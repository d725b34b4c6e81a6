from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Outside a transaction, so that files can be brought while the indexes are made."""

    atomic = False
    dependencies = [("files", "0003_taken")]

    operations = [
        AddIndexConcurrently(
            model_name="erasure",
            index=models.Index(
                fields=["attempts", "requested_at"],
                name="file_erasure_waiting",
                condition=models.Q(finished_at=None),
            ),
        ),
        AddIndexConcurrently(
            model_name="erasure",
            index=models.Index(fields=["key"], name="file_erasure_of_key"),
        ),
        AddIndexConcurrently(
            model_name="file",
            index=models.Index(
                fields=["state", "created_at"],
                name="file_not_ready",
                condition=models.Q(state__in=["pending", "processing", "rejected"]),
            ),
        ),
    ]
