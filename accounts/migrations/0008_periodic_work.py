from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Outside a transaction, so that people can log in while the indexes are made."""

    atomic = False
    dependencies = [("accounts", "0007_used_tokens_wrong_passwords_keys")]

    operations = [
        AddIndexConcurrently(
            model_name="session",
            index=models.Index(
                fields=["revoked_at"],
                condition=models.Q(revoked_at__isnull=False),
                name="session_ended",
            ),
        ),
        AddIndexConcurrently(
            model_name="erasure",
            index=models.Index(
                fields=["requested_at"],
                name="erasure_waiting",
                condition=models.Q(finished_at=None),
            ),
        ),
        AddIndexConcurrently(
            model_name="wrongpasswords",
            index=models.Index(
                fields=["at"], name="wrong_passwords_of_nobody", condition=models.Q(user=None)
            ),
        ),
        AddIndexConcurrently(
            model_name="export",
            index=models.Index(fields=["created_at"], name="export_by_age"),
        ),
    ]
