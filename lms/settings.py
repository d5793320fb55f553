"""Every setting of the academy, in one file: laptop defaults, production by environment variables.

The README's settings table lists each variable read here. Production is `DEBUG=false` with `SECRET_KEY`,
`ALLOWED_HOSTS` and `SITE_URL` set; everything else has a default that works on one machine.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

# --- Where things live ------------------------------------------------------------------------------------------------

VAR_DIR = env.path("VAR_DIR", default=BASE_DIR / "var")
NODE_MODULES = BASE_DIR / "node_modules"

# --- Mode -------------------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=True)
# In production a missing key must stop the start; on a laptop any key will do.
SECRET_KEY = env.str("SECRET_KEY", default="laptop-only-never-in-production") if DEBUG else env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"] if DEBUG else [])
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []

# --- Apps: roof first, so that higher templates override lower ones ---------------------------------------------------

INSTALLED_APPS = [
    "lms.portal",
    "coaching",
    "community",
    "seminars",
    "courses",
    "lms.evidence",
    "lms.notifications",
    "lms.programmes",
    "media",
    "lms.accounts",
    "lms.kit",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "lms.accounts.apps.PeopleAdminConfig",  # wagtail.users, with our person
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "channels",
    "django_htmx",
    "django_ox",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.kit.middleware.CompressedPages",
    "lms.kit.middleware.security_headers",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "lms.kit.middleware.admin_content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lms.accounts.middleware.person_language_and_zone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.accounts.middleware.staff_second_factor",
    "seminars.guests.OnlySeminars",
    "django_htmx.middleware.HtmxMiddleware",
    "lms.kit.middleware.private_pages",
    "lms.portal.middleware.kind_errors",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
ASGI_APPLICATION = "lms.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csp",
                "lms.portal.context_processors.frame",
            ],
            "builtins": ["lms.kit.templatetags.kit"],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------------------------

_database = env.dj_db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # DEFERRED would answer "locked" at once when two requests upgrade their snapshot; IMMEDIATE waits its turn.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: a power cut may not take back an hour or an attestation that was acknowledged. Only tests say OFF.
        "init_command": (
            f"PRAGMA journal_mode=WAL; PRAGMA synchronous={env.str('SQLITE_SYNCHRONOUS', default='FULL')};"
            "PRAGMA foreign_keys=ON;"
            "PRAGMA mmap_size=134217728; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
        ),
    }
    # Tests run on a real file, as people do: a database in memory has locks of its own.
    _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
# The bridge's threads live long, so a connection kept open is a connection reused.
_database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
_database["CONN_HEALTH_CHECKS"] = _database["ENGINE"] != "django.db.backends.sqlite3"
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: shared cache and channel layer across processes; without it, one process with memory ----------------------

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "lms.kit.caches.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "lms",
        }
    }
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            # The layer listens for five seconds at a time, and redis-py would give up after five: each pause of a room
            # would look like a layer that is away, and all its clients would ask for everything again.
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 30}], "capacity": 2000},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
SESSION_ENGINE = "lms.accounts.sessions"

# --- Live: who carries sound and picture ("janus", "p2p" or "none"), and the servers that help browsers find each other

MEDIA_BACKEND = env.str("MEDIA_BACKEND", default="p2p")
JANUS_URL = env.str("JANUS_URL", default="ws://127.0.0.1:8188")
JANUS_SECRET = env.str("JANUS_SECRET", default="")  # api_secret
JANUS_ADMIN_KEY = env.str("JANUS_ADMIN_KEY", default="")  # makes rooms
STUN_URLS = env.list("STUN_URLS", default=[])  # stun:host:port; without any, only people on one network can meet
TURN_URLS = env.list("TURN_URLS", default=[])  # turn:host:port?transport=udp, turns:host:443?transport=tcp
TURN_SECRET = env.str("TURN_SECRET", default="")  # static-auth-secret of coturn

# --- Addresses people type (calendars, push services): only the public internet is called, and these hosts ------------

OUTBOUND_ALLOWED_HOSTS = env.list("OUTBOUND_ALLOWED_HOSTS", default=[])

# --- Background tasks: only `lms.kit.defer` and this line know the backend --------------------------------------------

TASKS: dict[str, Any] = {"default": {"BACKEND": env.str("TASKS_BACKEND", default="django_ox.backend.OxBackend")}}
if TASKS["default"]["BACKEND"].startswith("django_ox."):
    TASKS["default"]["OPTIONS"] = {
        "SCHEDULES": {
            "minute": {"task": "lms.kit.tasks.strike_the_minute", "every": timedelta(minutes=1)},
            "day": {"task": "lms.kit.tasks.tidy_the_queue", "every": timedelta(days=1)},
        }
    }

# --- The bridge that carries pages inside Daphne ----------------------------------------------------------------------

WEB_THREADS = env.int("WEB_THREADS", default=4)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MAX_UPLOAD_SIZE = env.int("MAX_UPLOAD_SIZE", default=300 * 1024 * 1024)  # bytes

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "lms.accounts.backends.AcademyBackend",
    "lms.programmes.backends.RoleBackend",
    "seminars.guests.GuestBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name", "certificate_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "lms.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "lms.accounts.adapter.SocialAccountAdapter"
USERSESSIONS_ADAPTER = "lms.accounts.adapter.SessionsAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds; slow mail is common, ASVS 5.0 (6.5.5) allows ten minutes
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the other sessions end; the one that changed it goes on
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a change of password or second factor is told by mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds
# How many proxies of ours stand in front: the address that limits are counted by is read behind them.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=int(env.bool("BEHIND_PROXY", default=False)))
# Seconds: login, code and reset answer known and unknown addresses at multiples of this pace.
ANSWER_PACE = env.float("ANSWER_PACE", default=0.5)
# Counted in the cache: per process without REDIS_URL, so a site with several processes needs Redis.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "10/m/ip,5/5m/key",
    "reset_password_from_key": "10/m/ip",
    "request_login_code": "10/m/ip,3/m/key,5/5m/key",
    "reauthenticate": "5/5m/user",
    "change_password": "5/5m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = env.str("SITE_NAME", default="L’Académie")
USERSESSIONS_TRACK_ACTIVITY = False  # reading a page writes nothing
# Days a person with a staff role may work before a second factor becomes compulsory; 0 means at once.
STAFF_MFA_GRACE_DAYS = env.int("STAFF_MFA_GRACE_DAYS", default=14)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)

# One OpenID Connect provider by settings; more can be added in the same form. It signs in people we know by an address
# that both it and we have verified; see `lms.accounts.adapter`.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if _oidc_server := env.str("OIDC_SERVER_URL", default=""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": env.str("OIDC_ID", default="oidc"),
                "name": env.str("OIDC_NAME", default="OpenID Connect"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": _oidc_server},
            }
        ]
    }
    _oidc_origin = "/".join(_oidc_server.split("/", 3)[:3])

# --- Sessions, cookies, headers ---------------------------------------------------------------------------------------

_prefix = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_prefix}sessionid"
CSRF_COOKIE_NAME = f"{_prefix}csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("SESSION_DAYS", default=14) * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail previews a page in a frame of its own admin.
# W019: the line above. W021: only who owns the domain may ask browsers to preload it, and there is no way back.
SILENCED_SYSTEM_CHECKS = ["security.W019", "security.W021"]

PEERTUBE_HOSTS = env.list("PEERTUBE_HOSTS", default=[])  # sites whose videos may be shown in a lesson, once asked for

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.NONCE, CSP.STRICT_DYNAMIC],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF],
    "media-src": [CSP.SELF, "blob:"],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    # Hosted videos, only after the person has asked for them.
    "frame-src": [
        CSP.SELF,
        "https://player.vimeo.com",
        "https://www.youtube-nocookie.com",
        *(f"https://{host}" for host in PEERTUBE_HOSTS),
    ],
    "frame-ancestors": [CSP.SELF],
    # Browsers hold redirections of a form to this list too: "Sign in with…" leads to the identity provider.
    "form-action": [CSP.SELF, *([_oidc_origin] if _oidc_server else [])],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}
# Five admin templates of Wagtail carry inline scripts without a nonce: `/admin/` alone has this relaxed policy.
ADMIN_CSP = SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "frame-src": [CSP.SELF],
}

# --- Languages and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Paris")

# --- Static files and uploads -----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "lms.kit.staticfiles.NodeModulesFinder",
    "lms.kit.staticfiles.BundleFinder",
]
# One stylesheet for the page, three files for the reader.
STATIC_BUNDLES = {
    "portal/academy.css": ["portal/tokens.css", "portal/base.css", "portal/components.css", "courses/lesson.css"],
    "coaching/coaching.css": ["coaching/booking.css", "coaching/diary.css", "coaching/room.css", "coaching/desk.css"],
    "community/community.css": [
        "community/forum.css",
        "community/extras.css",
        "community/people.css",
        "community/moderation.css",
    ],
}
STATIC_BUNDLES_DIR = VAR_DIR / "bundles"
# What a module saved in a browser needs besides its own pages, to look right and to work without a network.
STATIC_OFFLINE = [
    "portal/academy.css",
    "portal/academy.js",
    "portal/academy.webmanifest",
    "portal/counts.js",
    "portal/icon.svg",
    "portal/icons.svg",
    "portal/saved.js",
    "vendor/atkinson-hyperlegible-next.woff2",
    "django_htmx/htmx-2.min.js",
    *(["django_htmx/django-htmx.js"] if DEBUG else []),
    "kit/live.js",
    "notifications/news.js",
    "courses/autosave.js",
    "courses/embed.js",
    "courses/heartbeat.js",
    "courses/lesson.js",
    "courses/offline.js",
    "courses/post.js",
    "courses/quiz.js",
    "courses/saving.js",
    "courses/waiting.js",
]
# The only files of node_modules that are ever served, under static/vendor/.
NODE_MODULES_FILES = {
    "vendor/atkinson-hyperlegible-next.woff2": (
        "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
    ),
    "vendor/atkinson-hyperlegible-next-italic.woff2": (
        "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-italic.woff2"
    ),
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "lms.kit.staticfiles.ManifestStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/files/"

# --- Mail -------------------------------------------------------------------------------------------------------------

_mail = env.dj_email_url("EMAIL_URL", default="file:" if DEBUG else "smtp://localhost:25")
MAILERS: dict[str, Any] = {"default": {"BACKEND": _mail["EMAIL_BACKEND"]}}
if _mail["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {
        "host": _mail["EMAIL_HOST"],
        "port": _mail["EMAIL_PORT"] or 25,
        "username": _mail["EMAIL_HOST_USER"] or "",
        "password": _mail["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": _mail["EMAIL_USE_TLS"],
        "use_ssl": _mail["EMAIL_USE_SSL"],
        "timeout": 10,
    }
elif _mail["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {"file_path": str(VAR_DIR / "mail")}
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", default=4)  # at once; some mail services allow fewer
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="academie@example.org")
REPLY_ADDRESS = env.str("REPLY_ADDRESS", default="")  # where answers to the forum's mails go: a@b takes a+anything@b
INBOUND_MAIL_SECRET = env.str("INBOUND_MAIL_SECRET", default="")  # what a mail service says when it hands us a mail
INBOUND_MAILBOX_PASSWORD = env.str("INBOUND_MAILBOX_PASSWORD", default="")  # of the mailbox that `read_mailbox` reads

# --- Web push: without a key nobody is offered it; `manage.py make_vapid_key` makes one -------------------------------

VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
VAPID_CONTACT = env.str("VAPID_CONTACT", default=DEFAULT_FROM_EMAIL)  # whom push services write to about our messages

# --- Wagtail ----------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = env.str("SITE_NAME", default="L’Académie")
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_I18N_ENABLED = False
WAGTAILIMAGES_IMAGE_MODEL = "media.LibraryImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "media.forms.CleanImageForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif", "svg"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "media.LibraryDocument"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "md", "odp", "ods", "odt", "pdf", "pptx", "rtf", "tex", "txt", "xlsx", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []  # Embeds are click-to-load; the server calls nobody.
WAGTAILMEDIA = {"MEDIA_MODEL": "media.Recording", "AUDIO_EXTENSIONS": ["mp3", "ogg", "m4a", "opus", "wav"]}
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "french", "ATOMIC_REBUILD": True}
}
TAGGIT_CASE_INSENSITIVE = True

# --- Logs -------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "django_ox": {"level": "WARNING"},
        "django.tasks": {"level": "WARNING"},
    },
}
