from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Outside a transaction, so that messages can be written while the index is made."""

    atomic = False
    dependencies = [("chat", "0010_chats_of_person")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["file_id", "chat", "number"],
                name="message_carries_file",
                condition=models.Q(file_id__isnull=False, deleted_at=None),
            ),
        ),
        RemoveIndexConcurrently(model_name="message", name="message_of_file"),
    ]
