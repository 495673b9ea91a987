"""Settings, all from the environment (twelve-factor); `.env.example` names every one.

Without any setting StoreSync runs on an embedded PostgreSQL under `var/` for loopback only.
With `DATABASE_URL` it runs for real, and whatever is then missing is an error at start, not a default.
Every value may also be given as `NAME_FILE`, the path of a file that holds it (secrets).
"""

import contextlib
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from storesync.environment import (
    Environment,
    anymail_settings,
    postgresql_server,
    provider_backend,
    smtp_server,
)

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env.str("STORESYNC_VAR", default=str(BASE_DIR / "var")))
EMBEDDED = not env.str("DATABASE_URL", default="")


def kept_secret_key() -> str:
    """The key of an embedded installation: made once, kept under `var/`, readable by its owner only."""
    path = VAR_DIR / "secret_key"
    if not path.is_file():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        fresh = VAR_DIR / f"secret_key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(get_random_secret_key())
        # Whole or not at all: of several processes that start at once, one makes it.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()


def needed(name: str) -> str:
    """The value of `name`, or a clear error: a real installation has no default for it."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is needed when DATABASE_URL is set (see .env.example)")
    return value


SECRET_KEY: str = env.str("SECRET_KEY", default="") or (
    kept_secret_key() if EMBEDDED else needed("SECRET_KEY")
)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
# Hashes of suppressed addresses are keyed with it: give it a value of its own before SECRET_KEY ever changes.
ADDRESS_KEY: str = env.str("ADDRESS_KEY", default="") or SECRET_KEY
DEBUG: bool = env.bool("DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if EMBEDDED else []
)
if not ALLOWED_HOSTS:
    needed("ALLOWED_HOSTS")
BASE_URL: str = env.str(
    "BASE_URL", default="http://127.0.0.1:8000" if EMBEDDED else f"https://{ALLOWED_HOSTS[0]}"
)
HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

# The demo's mail server and its page: shows every mail to whoever is signed in, so never in production.
MAILBOX: bool = EMBEDDED and env.bool("MAILBOX", default=True)

# --- applications ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "storesync.core",
    "storesync.accounts",
    "storesync.notifications",
    "storesync.brands",
    "storesync.audience",
    "storesync.ai",
    "storesync.mailing",
    "storesync.content",
    "storesync.comments",
    "storesync.guidelines",
    "storesync.media",
    "storesync.meaning",
    "storesync.campaigns",
    "storesync.approvals",
    "storesync.dashboard",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "storesync.brands.apps.BackofficeConfig",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "guardian",
    "pgtrigger",
    "pghistory",
    "phonenumber_field",
    "viewflow.workflow",
]
if MAILBOX:
    INSTALLED_APPS.append("storesync.mailbox")

MIDDLEWARE = [
    "storesync.core.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "storesync.media.middleware.PictureMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "storesync.core.signed_out.SignedOutMiddleware",
    "storesync.core.toasts.ToastMiddleware",
    "storesync.accounts.middleware.PreferencesMiddleware",
    "storesync.brands.middleware.BrandScopeMiddleware",
]

ROOT_URLCONF = "storesync.urls"
WSGI_APPLICATION = "storesync.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["storesync.core.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "storesync.core.context.shell",
                "storesync.ai.context.sample",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "storesync"
CRISPY_TEMPLATE_PACK = "storesync"
DJANGO_TABLES2_TEMPLATE = "django_tables2/storesync.html"

# --- database, cache, queue -----------------------------------------------------------------------

STORESYNC_PGDIR = Path(env.str("STORESYNC_PGDIR", default=str(VAR_DIR / "pg")))
if EMBEDDED:
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {"ENGINE": "storesync.core.postgres", "NAME": env.str("STORESYNC_DB", default="postgres")}
    }
else:
    DATABASES = {"default": postgresql_server(env.str("DATABASE_URL"))}
    # What the address says after its "?" (sslmode, ...) is among the options already.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL", default=8),
    }
DATABASES["default"] |= {"ATOMIC_REQUESTS": False, "CONN_HEALTH_CHECKS": True}

REDIS_URL: str = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    # Above MAX_ENTRIES (300 unless set) Django throws a third away, the counts of failed sign-ins among them:
    # whoever guesses passwords would only have to fill it.
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
SWEEP_SECONDS: float = env.float("SWEEP_SECONDS", default=15.0)
# Days for which people's notices are kept after the last event of their matter.
NOTICE_DAYS: int = env.int("NOTICE_DAYS", default=90)

# --- people ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "storesync.brands.backends.MembershipBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # its backend is there, as our subclass
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "storesync.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_OPEN_SIGNUP: bool = env.bool("OPEN_SIGNUP", default=False)
# Who is invited shows by the link in the mail that the address is theirs; who comes by themselves has to, or
# they could take an address to which somebody else's role is given later.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if ACCOUNT_OPEN_SIGNUP else "none"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "StoreSync"
# How many proxies stand before StoreSync: sign-in limits count the address that the outermost of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXIES", default=0)

# --- languages, zones -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files, security -----------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Pictures of the media library and logos; every web server and worker needs the same folder.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))

SECURE_SSL_REDIRECT = HTTPS and env.bool("SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
# Load balancers ask by plain HTTP, from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "storesync.core.error_views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- mail -----------------------------------------------------------------------------------------

MAIL_SINK_PORT: int = env.int("MAIL_SINK_PORT", default=1025)
# All mail goes through the ledger, also what Django and allauth send; from there it leaves by SMTP
# (EMAIL_URL) or through a provider (ANYMAIL_PROVIDER): storesync.mailing.transports.
EMAIL_BACKEND = "storesync.mailing.backend.LedgerBackend"
EMAIL_TIMEOUT = 20
MAIL_PROVIDER: str = provider_backend(env, env.str("ANYMAIL_PROVIDER", default=""))
EMAIL_URL: str = env.str("EMAIL_URL", default="")
if MAIL_PROVIDER and EMAIL_URL:
    raise ImproperlyConfigured("EMAIL_URL and ANYMAIL_PROVIDER are both set: mail leaves one way, keep one")
if not (MAIL_PROVIDER or EMAIL_URL or EMBEDDED):
    raise ImproperlyConfigured(
        "EMAIL_URL or ANYMAIL_PROVIDER is needed when DATABASE_URL is set (see .env.example)"
    )
EMAIL_CONFIG = smtp_server(EMAIL_URL or f"smtp://127.0.0.1:{MAIL_SINK_PORT}")
EMAIL_HOST, EMAIL_PORT = EMAIL_CONFIG["EMAIL_HOST"], EMAIL_CONFIG["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_USER"], EMAIL_CONFIG["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = bool(EMAIL_CONFIG.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(EMAIL_CONFIG.get("EMAIL_USE_SSL"))
# Never longer than that: a delivery's lease counts on it.
ANYMAIL: dict[str, Any] = anymail_settings(env) | {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
# The most messages that one crash can leave unknown: an intent to send is committed for so many at once.
# Brands that send slowly commit one by one whatever this says.
MAIL_INTENT_SIZE: int = env.int("MAIL_INTENT_SIZE", default=20)
# Connections to the mail server, and threads that one brand's mail may take, in each worker.
MAIL_CONNECTIONS: int = env.int("MAIL_CONNECTIONS", default=3)
# Messages a second of what the company itself sends (sign-in, invitations); brands have a rate of their own.
MAIL_COMPANY_RATE: float = env.float("MAIL_COMPANY_RATE", default=20.0)
# A wave pauses itself when more than this share of its messages is refused, once so many were tried.
MAIL_BOUNCE_LIMIT: float = env.float("MAIL_BOUNCE_LIMIT", default=0.05)
MAIL_BOUNCE_MINIMUM: int = env.int("MAIL_BOUNCE_MINIMUM", default=50)
# Sending refuses a database that may forget commits; only a throw-away one may say no here.
MAIL_REQUIRE_DURABLE: bool = env.bool("MAIL_REQUIRE_DURABLE", default=True)
# Part of what tells this installation from a copy of its database (docs/operations.md).
MAIL_INSTALLATION: str = env.str("MAIL_INSTALLATION", default="main")
DEFAULT_FROM_EMAIL: str = (
    env.str("DEFAULT_FROM_EMAIL", default="StoreSync <storesync@localhost>")
    if EMBEDDED
    else needed("DEFAULT_FROM_EMAIL")
)
# How long the links of an approval mail work, in days.
ACTION_LINK_DAYS: int = env.int("ACTION_LINK_DAYS", default=7)
# What is due within so many working hours of its brand is mailed at once, besides the digest.
APPROVAL_URGENT_HOURS: int = env.int("APPROVAL_URGENT_HOURS", default=4)
# Function that loads the demo data when the database is empty, see core/demo.py; "" loads nothing.
STORESYNC_DEMO_LOADER = "storesync.dashboard.demo.load"

# --- AI -------------------------------------------------------------------------------------------

# The company's key, and any server that speaks OpenAI's protocol; a brand may have a key of its own.
OPENAI_API_KEY: str = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL: str = env.str("OPENAI_BASE_URL", default="")
OPENAI_MODEL: str = env.str("OPENAI_MODEL", default="gpt-4.1-mini")
OPENAI_EMBEDDING_MODEL: str = env.str("OPENAI_EMBEDDING_MODEL", default="text-embedding-3-small")
# What a brand may do until its Brand Manager says otherwise: US dollars a month, calls a minute.
AI_MONTHLY_CEILING = Decimal(env.str("AI_MONTHLY_CEILING", default="20"))
AI_CALLS_PER_MINUTE: int = env.int("AI_CALLS_PER_MINUTE", default=60)
# A table of prices instead of storesync/ai/prices.toml, and what a million tokens of a model that it does not
# have are taken to cost, in US dollars (0 for a server of one's own).
AI_PRICES: str = env.str("AI_PRICES", default="")
AI_ASSUMED_PRICE_IN = Decimal(env.str("AI_ASSUMED_PRICE_IN", default="5"))
AI_ASSUMED_PRICE_OUT = Decimal(env.str("AI_ASSUMED_PRICE_OUT", default="20"))
# The answers come from a server of samples (make demo AI=sample): every page of AI says so. Never elsewhere.
AI_SAMPLE: bool = EMBEDDED and env.bool("AI_SAMPLE", default=False)

# --- logs -----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "storesync.core.logs.CleanFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # At DEBUG the client of the model writes what it was asked, and the one below it the key.
    "loggers": {name: {"level": "WARNING"} for name in ("openai", "httpx2", "httpcore2")},
}
