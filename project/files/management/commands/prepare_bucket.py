"""`manage.py prepare_bucket`: make the S3 bucket fit to take uploads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from project.files.stores.s3 import clients

RULE = "confab"
CORS = {
    "ID": RULE,
    "AllowedMethods": ["GET", "HEAD", "POST", "PUT"],
    "AllowedHeaders": ["*"],
    "ExposeHeaders": ["ETag"],
    "MaxAgeSeconds": 600,
}
# The sweep empties `incoming/` long before; this is for a store whose server is gone.
LIFECYCLE = {
    "ID": RULE,
    "Status": "Enabled",
    "Filter": {"Prefix": "incoming/"},
    "Expiration": {"Days": 1},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
}
NONE_YET = ("NoSuchCORSConfiguration", "NoSuchLifecycleConfiguration")


class Command(BaseCommand):
    help = "Make the bucket if it is missing, and set its rules; others' rules stay."

    def handle(self, *args: Any, **options: Any) -> None:
        """Safe to run again. Says what it did, a line for each."""
        if not settings.S3_BUCKET:
            self.stdout.write("no S3_BUCKET: files lie in DATA_DIR/files")
            return
        try:
            for step in (_make, _allow_origins, _expire_uploads):
                self.stdout.write(f"{settings.S3_BUCKET}: {step()}")
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"The bucket {settings.S3_BUCKET} is not ready: {error}") from error


def _make() -> str:
    store = clients().plain
    try:
        store.head_bucket(Bucket=settings.S3_BUCKET)
    except ClientError as error:
        if _status(error) != 404:
            raise
        region = store.meta.region_name
        place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        elsewhere = not settings.S3_ENDPOINT_URL and region != "us-east-1"
        store.create_bucket(Bucket=settings.S3_BUCKET, **(place if elsewhere else {}))
        return "made"
    return "is there"


def _allow_origins() -> str:
    """The page must be able to upload, and to show what it got a link to."""
    store = clients().plain
    origins = list(dict.fromkeys([settings.PUBLIC_URL.rstrip("/"), *settings.ALLOWED_ORIGINS]))

    def write(rules: list[dict[str, Any]]) -> None:
        store.put_bucket_cors(Bucket=settings.S3_BUCKET, CORSConfiguration={"CORSRules": rules})

    own = {**CORS, "AllowedOrigins": origins}
    done = _set_rule(
        own, lambda: store.get_bucket_cors(Bucket=settings.S3_BUCKET)["CORSRules"], write
    )
    return f"origins {', '.join(origins)} {done}"


def _expire_uploads() -> str:
    store = clients().plain

    def read() -> list[dict[str, Any]]:
        found = store.get_bucket_lifecycle_configuration(Bucket=settings.S3_BUCKET)
        return list(found["Rules"])

    def write(rules: list[dict[str, Any]]) -> None:
        store.put_bucket_lifecycle_configuration(
            Bucket=settings.S3_BUCKET, LifecycleConfiguration={"Rules": rules}
        )

    return f"expiry of what lies in incoming/ for a day {_set_rule(LIFECYCLE, read, write)}"


def _set_rule(
    own: dict[str, Any],
    read: Callable[[], list[dict[str, Any]]],
    write: Callable[[list[dict[str, Any]]], None],
) -> str:
    """Rules are written all at once, so those of others are read first and written back."""
    try:
        others = [rule for rule in _known(read) if rule.get("ID") != RULE]
        write([*others, own])
    except ClientError as error:
        if _status(error) not in (405, 501):
            raise
        return "not known to this store"
    return "set"


def _known(read: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    try:
        return read()
    except ClientError as error:
        if error.response["Error"]["Code"] in NONE_YET:
            return []
        raise


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
