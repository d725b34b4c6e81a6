"""Settings of the tutorial's project: Django's defaults, but for what redis-py 8 would break."""

from __future__ import annotations

import os

import environ

SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "channels",
    "rest_framework",
    "benchmarks.baseline",
]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.baseline.asgi"
ASGI_APPLICATION = "benchmarks.baseline.asgi.application"

MEDIA_ROOT = os.environ.get("MEDIA_ROOT", "")

DATABASES = {
    "default": {
        **environ.Env.db_url_config(os.environ["DATABASE_URL"]),
        "ENGINE": "django.db.backends.postgresql",
        # Django's default, a new connection per unit of work, is slower still.
        "OPTIONS": {} if os.environ.get("UNPOOLED") else {"pool": True},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # Unless told, redis-py 8 cuts idle sockets after 5 s and refuses the 101st connection.
            "hosts": [
                {
                    "address": os.environ["REDIS_URL"],
                    "socket_timeout": None,
                    "max_connections": 10_000,
                }
            ],
            # The default of 100 messages per process would drop most of them under load.
            "capacity": 10_000,
        },
    }
}
