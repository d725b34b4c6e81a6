"""All settings, read once from the environment. `docs/configuration.md` lists them.

In production (`DEBUG` off, the default) the server refuses to start without `SECRET_KEY` and
`ALLOWED_HOSTS`. PostgreSQL and Redis are named by `DATABASE_URL` and `REDIS_URL`; the launcher
sets both when it starts the embedded engines.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured

from project import app_links, fixed_codes
from project.database import address
from project.keys import derive, secrets_in, versions

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-key-" * 2 if DEBUG else "")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY must be set, to at least 32 characters.")
# What these signed is still taken, the newest first; SECRET_KEY signs.
SECRET_KEY_FALLBACKS = secrets_in(env.str("SECRET_KEY_FALLBACKS", default=""))
# Names and fingerprints what is kept for ever: the first secret that there was, unless given.
DATA_KEY = env.str("DATA_KEY", default="") or [SECRET_KEY, *SECRET_KEY_FALLBACKS][-1]
if min(map(len, [DATA_KEY, *SECRET_KEY_FALLBACKS])) < 32:
    raise ImproperlyConfigured("DATA_KEY and SECRET_KEY_FALLBACKS: at least 32 characters each.")

PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://localhost:{env.int('PORT', default=8000)}")
_local = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=_local if DEBUG else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must be set unless DEBUG is on.")
ALLOWED_ORIGINS: list[str] = env.list("ALLOWED_ORIGINS", default=[PUBLIC_URL])
# Web apps on the same origins may call REST; authorization is a header, so no cookie goes along.
CORS_ALLOWED_ORIGINS = ALLOWED_ORIGINS
CORS_ALLOWED_ORIGIN_REGEXES = [r"^http://(localhost|127\.0\.0\.1)(:\d+)?$"] if DEBUG else []
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = [*default_headers, "x-device"]
CORS_EXPOSE_HEADERS = ["Retry-After", "X-Request-ID"]

INSTALLED_APPS = [
    # Its app is there to make runserver one of ASGI, and would bring Twisted into every process.
    *(["daphne"] if "runserver" in sys.argv else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "rest_framework",
    "project.sync",
    "project.files",
    "project.schema",
    "accounts",
    "chat",
    "contacts",
    "feed",
    "search",
    *env.list("EXTRA_APPS", default=[]),
]
MIDDLEWARE = [
    "project.health.AnyHost",
    "project.problems.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",  # refuses a foreign Host
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
CSRF_FAILURE_VIEW = "project.problems.csrf_failure"
ROOT_URLCONF = "project.urls"
ASGI_APPLICATION = "asgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")  # of letters and of the admin
LOCALE_PATHS: list[str] = env.list("LOCALE_PATHS", default=[])
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One pool per process: processes times max_size must stay below PostgreSQL's max_connections.
# Celery's children use none (CELERY_WORKER): a pool does not survive a fork.
DATABASE_URL = env.str("DATABASE_URL", default="postgresql://127.0.0.1:5432/confab")
_database = address.read(DATABASE_URL)
DATABASE_LINK = _database.link
CELERY_WORKER = env.bool("CELERY_WORKER", default=False)
# `manage.py` turns this off: no index on a large table can be built within serving's time-outs.
DATABASE_TIME_LIMITS = env.bool("DATABASE_TIME_LIMITS", default=True)
# Seconds that we wait for one statement before its connection is dropped. Whoever serves people
# says `unavailable` then; a worker may wait for as long as the server lets it.
DATABASE_PATIENCE = (25.0 if CELERY_WORKER else 8.0) if DATABASE_TIME_LIMITS else None
DATABASE_PREPARE = env.bool("DATABASE_PREPARE", default=None)  # unless a pooler is noticed
# A server that may forget what it has answered is none, unless told that nobody will miss it.
DATABASE_UNSAFE = env.bool("DATABASE_UNSAFE", default=False)
POOL_SIZE = env.int("DATABASE_POOL_SIZE", default=12)
# It gives up a failed connection soon, because then the next request tries anew at once; its own
# retries come ever more rarely and would keep the pool empty for as long again as the outage was.
_pool: dict[str, Any] = {
    "min_size": 1,
    "max_size": POOL_SIZE,
    "timeout": 5,
    "max_idle": 300,
    "max_lifetime": _database.max_age or 600,
    "reconnect_timeout": 1,
}
DATABASES = {"default": _database.for_django() | {"ENGINE": "project.database"}}
if not CELERY_WORKER:
    DATABASES["default"]["OPTIONS"]["pool"] = _pool
    DATABASES["default"]["CONN_MAX_AGE"] = 0
# Standbys that may be read from: see project/database/replicas.py. Who has no pool does not.
REPLICAS: list[str] = []
if not CELERY_WORKER:
    for _url in env.list("DATABASE_REPLICA_URLS", default=[]):
        REPLICAS.append(f"replica{len(REPLICAS) + 1}")
        DATABASES[REPLICAS[-1]] = address.read(_url).for_reading() | {
            "ENGINE": "project.database.replica",
            "CONN_MAX_AGE": 0,
        }
        DATABASES[REPLICAS[-1]]["OPTIONS"]["pool"] = _pool | {"min_size": 0, "timeout": 0.5}

# redis-py 8 gives up on an idle socket after 5 s and on the 100th connection unless told not to.
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
REDIS: dict[str, Any] = {
    "socket_timeout": 15,
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
    "health_check_interval": 30,
    "max_connections": 10_000,
}
REDIS_HINT_URLS: list[str] = env.list("REDIS_HINT_URLS", default=[])
LAYER_PREFIX = "confab"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, **REDIS}], "prefix": LAYER_PREFIX},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.doors.backends.OperatorBackend"]
PASSWORD_HASHERS = ["accounts.credentials.hashing.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.doors.authentication.BearerAuthentication"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "project.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
ACCESS_SECONDS = env.int("ACCESS_SECONDS", default=600)
REFRESH_DAYS = env.int("REFRESH_DAYS", default=60)
# How many proxies in front append to X-Forwarded-For; 0 means that the peer is the client.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=ACCESS_SECONDS),
    "ALGORITHM": "HS256",
    "SIGNING_KEY": derive(SECRET_KEY, "access token").hex(),
    "ISSUER": "confab",
    "AUDIENCE": "confab",
    "LEEWAY": 10,  # seconds by which the clocks of two hosts may differ (RFC 7519, 4.1.4)
    "USER_ID_CLAIM": "sub",
}

CELERY = {
    "broker_url": REDIS_URL,
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {
        "visibility_timeout": 900,
        # Who only queues work waits for no broker that hangs; who takes it up asks for long.
        "socket_timeout": 30 if CELERY_WORKER else 1.5,
        "socket_connect_timeout": 5 if CELERY_WORKER else 1,
        "socket_keepalive": True,
        "retry_on_timeout": CELERY_WORKER,
        "health_check_interval": 25,
    },
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_time_limit": 600,
    "task_soft_time_limit": 540,
    "task_ignore_result": True,
    "task_serializer": "json",
    # What somebody waits for is urgent, unless it is bulky: a code must not wait for a copy of
    # somebody's data. Looking at files has a queue of its own, since a picture may take a minute of
    # processor; so have previews, as strangers' servers decide how long they take. A worker that is
    # started without --queues serves these; `celery` is what the last release called urgent.
    "task_default_queue": "urgent",
    "task_queues": {"urgent": {}, "celery": {}, "bulk": {}, "files": {}},
    "task_routes": {
        "contacts.tasks.work_imports": {"queue": "bulk"},
        "chat.tasks.make_preview": {"queue": "previews"},
        "project.files.tasks.process": {"queue": "files"},
        "project.files.tasks.erase": {"queue": "bulk"},
        "project.files.tasks.sweep_*": {"queue": "bulk"},
        "project.files.tasks.tidy_*": {"queue": "bulk"},
        "project.sync.tasks.*": {"queue": "bulk"},
        "feed.tasks.tidy": {"queue": "bulk"},
        "feed.tasks.audit": {"queue": "bulk"},
        "accounts.tasks.export_data": {"queue": "bulk"},
        "accounts.tasks.erase_person": {"queue": "bulk"},
        "accounts.tasks.tidy_*": {"queue": "bulk"},
    },
    "accept_content": ["json"],
    "worker_prefetch_multiplier": 1,
    "worker_max_tasks_per_child": 1000,
    "worker_hijack_root_logger": False,
    "timezone": "UTC",
    "beat_schedule": {
        **{
            f"{task}-of-accounts": {"task": f"accounts.tasks.{task}", "schedule": 3600.0}
            for task in (
                "tidy_erasures",
                "tidy_challenges",
                "tidy_wrong_passwords",
                "tidy_sms_counts",
                "tidy_sessions",
                "tidy_exports",
            )
        },
        "sweep-actions": {
            "task": "chat.tasks.sweep_actions",
            "schedule": 15.0,
            "options": {"expires": 15},
        },
        "make-weeks": {"task": "project.sync.tasks.make_weeks", "schedule": 3600.0},
        "prune-logs": {"task": "project.sync.tasks.prune_logs", "schedule": 3600.0},
        "shorten-logs": {"task": "project.sync.tasks.shorten_logs", "schedule": 3600.0},
        "sweep-fan-outs": {
            "task": "project.sync.tasks.sweep_fan_outs",
            "schedule": 30.0,
            "options": {"expires": 30},
        },
        "sweep-feed": {"task": "feed.tasks.sweep", "schedule": 15.0, "options": {"expires": 15}},
        "tidy-feed": {"task": "feed.tasks.tidy", "schedule": 3600.0},
        "audit-feed": {"task": "feed.tasks.audit", "schedule": 86_400.0},
        "send-feed-letters": {
            "task": "feed.tasks.send_letters",
            "schedule": 10.0,
            "options": {"expires": 10},
        },
        **{
            f"{task}-of-contacts": {
                "task": f"contacts.tasks.{task}",
                "schedule": 15.0,
                "options": {"expires": 15},
            }
            for task in ("sweep_imports", "run_errands", "sweep_invites")
        },
        "tidy-erasures-of-files": {
            "task": "project.files.tasks.tidy_erasures",
            "schedule": 3600.0,
        },
        "tidy-contacts": {"task": "contacts.tasks.tidy", "schedule": 3600.0},
        "resume-files": {
            "task": "project.files.tasks.resume",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "feed-search": {
            "task": "search.tasks.feed_indexes",
            "schedule": 1.0,
            "options": {"expires": 1},
        },
        "audit-search": {
            "task": "search.tasks.audit_some",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
        **{
            f"{task}-of-files": {
                "task": f"project.files.tasks.{task}",
                "schedule": 600.0,
                "options": {"expires": 600},
            }
            for task in ("sweep_unneeded", "sweep_erasures", "sweep_astray")
        },
    },
    "beat_scheduler": "project.beat:OneOfMany",
    "beat_schedule_filename": str(DATA_DIR / "beat"),
}

EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    _mail = environ.Env.email_url_config(EMAIL_URL)
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
    EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
    EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
    EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
    EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
    EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"confab@{urlsplit(PUBLIC_URL).hostname}")
OUTBOX_DIR = env.str("OUTBOX_DIR", default=str(DATA_DIR / "outbox") if DEBUG else "")

# outbox, console, sns, or the address of an HTTP gateway: see accounts/sms.py.
SMS_BACKEND = env.str("SMS_BACKEND", default="outbox")
if SMS_BACKEND not in ("outbox", "console", "sns") and "://" not in SMS_BACKEND:
    raise ImproperlyConfigured("SMS_BACKEND must be outbox, console, sns or an address.")
SMS_COUNTRIES: list[str] = env.list("SMS_COUNTRIES", default=[])  # as AT,DE; empty means all
SMS_DAILY_LIMIT = env.int("SMS_DAILY_LIMIT", default=2000)
SMS_TEST_NUMBERS = fixed_codes.read(
    env.list("SMS_TEST_NUMBERS", default=[]), production=not DEBUG
)  # as +15005550006=123456@2026-12-01

GOOGLE_CLIENT_IDS: list[str] = env.list("GOOGLE_CLIENT_IDS", default=[])
GOOGLE_CERTS_URL = env.str("GOOGLE_CERTS_URL", default="https://www.googleapis.com/oauth2/v1/certs")
FACEBOOK_APP_ID = env.str("FACEBOOK_APP_ID", default="")
FACEBOOK_APP_SECRET = env.str("FACEBOOK_APP_SECRET", default="")
FACEBOOK_GRAPH_URL = env.str("FACEBOOK_GRAPH_URL", default="https://graph.facebook.com/v23.0")
FACEBOOK_JWKS_URL = env.str(
    "FACEBOOK_JWKS_URL",
    default="https://limited.facebook.com/.well-known/oauth/openid/jwks/",
)

# Push: each of the three is off without its key. feed/push/configuration.py looks at them at start.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")  # base64url of the raw 32 bytes
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default="") or (
    PUBLIC_URL if PUBLIC_URL.startswith("https://") else f"mailto:{DEFAULT_FROM_EMAIL}"
)
FCM_CREDENTIALS = env.str("FCM_CREDENTIALS", default="")
FCM_URL = env.str("FCM_URL", default="https://fcm.googleapis.com")
APNS_KEY = env.str("APNS_KEY", default="")
APNS_KEY_ID = env.str("APNS_KEY_ID", default="")
APNS_TEAM_ID = env.str("APNS_TEAM_ID", default="")
APNS_TOPIC = env.str("APNS_TOPIC", default="")
APNS_URL = env.str("APNS_URL", default="https://api.push.apple.com")
PUSH_ALLOW_PRIVATE = env.bool("PUSH_ALLOW_PRIVATE", default=False)

# Files: in an S3 bucket, or without one in DATA_DIR/files. Sizes in bytes.
S3_BUCKET = env.str("S3_BUCKET", default="")
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", default="")
S3_PUBLIC_ENDPOINT_URL = env.str("S3_PUBLIC_ENDPOINT_URL", default="") or S3_ENDPOINT_URL
AWS_REGION = env.str("AWS_REGION", default="") or env.str("AWS_DEFAULT_REGION", default="")
FILE_LIMIT = env.int("FILE_LIMIT", default=100 * 1024 * 1024)
ASTRAY_LIMIT = env.int("ASTRAY_LIMIT", default=100)
FILE_QUOTA = env.int("FILE_QUOTA", default=5 * 1024**3)
PIXEL_LIMIT = env.int("PIXEL_LIMIT", default=40_000_000)

# Search: in PostgreSQL alone, unless there is an Elasticsearch. The prefix begins the names of its
# indexes, so that several installations can share one server.
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="")
ELASTICSEARCH_PREFIX = env.str("ELASTICSEARCH_PREFIX", default="confab")
# A search waits so long for it, then PostgreSQL answers.
ELASTICSEARCH_SECONDS = env.float("ELASTICSEARCH_SECONDS", default=0.15)

# Where the processes of this machine leave what they count, so that each of them can tell it all.
METRICS_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", default="")
if METRICS_DIR:
    Path(METRICS_DIR).mkdir(parents=True, exist_ok=True)
METRICS_PORT = env.int("METRICS_PORT", default=0)

RATE_LIMITS = env.str("RATE_LIMITS", default="enforce")
if RATE_LIMITS not in ("enforce", "record_only", "off"):
    raise ImproperlyConfigured("RATE_LIMITS must be enforce, record_only or off.")

# Contacts: the largest body of an import in bytes, the keys of hashes and seals by version, days
# that an invitation is good for, apps that may open its link.
IMPORT_LIMIT = env.int("IMPORT_LIMIT", default=64 * 1024 * 1024)
CONTACT_KEYS = versions(env.str("CONTACT_KEYS", default=""), DATA_KEY)
INVITE_DAYS = env.int("INVITE_DAYS", default=30)
APP_LINKS = app_links.read(env.str("APP_LINKS", default=""))

# Durations of chat, in seconds.
EDIT_WINDOW = env.int("EDIT_WINDOW", default=48 * 3600)
DELETE_WINDOW = env.int("DELETE_WINDOW", default=48 * 3600)
TEXT_LIMIT = 16_000
LINK_PREVIEWS = env.bool("LINK_PREVIEWS", default=False)

# So long a web process that is told to end still takes connections, while `/health/ready` says so.
DRAIN_SECONDS = env.int("DRAIN_SECONDS", default=0)

# What a socket is held to; `ready.limits` tells clients.
SOCKET = {
    "outstanding": 64,
    "frame_bytes": 64 * 1024,
    "heartbeat_seconds": env.int("HEARTBEAT_SECONDS", default=25),
    "idle_seconds": env.int("IDLE_SECONDS", default=3600),
    "auth_seconds": env.int("AUTH_SECONDS", default=10),
    "expired_seconds": env.int("EXPIRED_SECONDS", default=10),  # grace after a token's end
    "unsent_bytes": 1024 * 1024,
    "unsent_seconds": 60,
}
# Sockets of one process: one more closes the oldest. A session is a device, with its tabs.
SOCKETS_PER_SESSION = env.int("SOCKETS_PER_SESSION", default=10)
SOCKETS_PER_PERSON = env.int("SOCKETS_PER_PERSON", default=50)
# … from one network that have not said who they are.
UNKNOWN_SOCKETS = env.int("UNKNOWN_SOCKETS", default=100)
LOG_DAYS = 30
LOG_UPDATES = 10_000
WRITERS = env.int("WRITERS", default=2)

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 365 * 86_400 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT = _https
# Probes come without a proxy.
SECURE_REDIRECT_EXEMPT = [r"^(api/v1/)?health/", r"^(api/v1/)?metrics$"]
DEFAULT_EXCEPTION_REPORTER_FILTER = "project.problems.NoSecrets"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.request": {"level": "ERROR"},  # a client's mistake is the client's to know
        "channels_redis.pubsub": {"level": "CRITICAL"},  # the hub says it once, not each second
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
