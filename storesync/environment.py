"""What settings.py needs to read the environment: secrets from files, addresses of servers, mail providers.

Whatever is wrong with a value is an ImproperlyConfigured that says its name and never its content.
"""

import json
import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

SMTP_PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
POSTGRESQL: Final = frozenset({"postgres", "postgresql", "pgsql"})
# Providers that mail can be handed to, with what django-anymail must know of each. Others of its backends
# cannot carry the delivery's id, by which a provider's events find their way back to the ledger.
PROVIDERS: Final[dict[str, tuple[str, ...]]] = {
    "amazon_ses": (),
    "brevo": ("BREVO_API_KEY",),
    "mailgun": ("MAILGUN_API_KEY",),
    "mailjet": ("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
    "mailtrap": ("MAILTRAP_API_TOKEN",),
    "mandrill": ("MANDRILL_API_KEY",),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
    "resend": ("RESEND_API_KEY",),
    "scaleway": ("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"),
    "sendgrid": ("SENDGRID_API_KEY",),
    "sparkpost": ("SPARKPOST_API_KEY",),
    "unisender_go": ("UNISENDER_GO_API_KEY", "UNISENDER_GO_API_URL"),
}
_ANYMAIL: Final = "ANYMAIL_"


class SecretFiles(FileAwareMapping):
    """The environment, in which NAME_FILE stands for the content of a file, without its last line's end."""

    def __getitem__(self, name: str) -> str:
        try:
            value: str = super().__getitem__(name)
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}") from error
        return value.rstrip("\r\n") if self.env.get(f"{name}_FILE") else value


class Environment(environ.Env):
    """django-environ, reading secrets from files too; a value that is empty is none."""

    ENVIRON = SecretFiles()

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        """The value of `var`, or `default`."""
        if default is not self.NOTSET and not self.ENVIRON.get(var):
            return default
        return super().get_value(var, cast=cast, default=default, parse_default=parse_default)


def postgresql_server(url: str) -> dict[str, Any]:
    """Django's settings of the database at `url`."""
    if url.partition("://")[0] not in POSTGRESQL:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// (see .env.example)")
    found: dict[str, Any] = _parsed(environ.Env.db_url_config, "DATABASE_URL", url)
    return found | {"ENGINE": "django.db.backends.postgresql"}


def smtp_server(url: str) -> dict[str, Any]:
    """Django's settings of the mail server at `url`, at the usual port of its scheme unless it names one."""
    scheme = url.partition("://")[0]
    if scheme not in SMTP_PORTS:
        raise ImproperlyConfigured("EMAIL_URL must begin with smtp://, smtp+tls:// or smtp+ssl://")
    found = _parsed(environ.Env.email_url_config, "EMAIL_URL", url)
    if not found["EMAIL_HOST"]:
        raise ImproperlyConfigured("EMAIL_URL names no mail server (see .env.example)")
    return found | {"EMAIL_PORT": found["EMAIL_PORT"] or SMTP_PORTS[scheme]}


def _parsed(parse: Callable[[str], dict[str, Any]], name: str, url: str) -> dict[str, Any]:
    try:
        return parse(url)
    except ValueError as error:
        # Not the error itself: it may quote a password.
        raise ImproperlyConfigured(f"{name} is no address; special characters need %-encoding") from error


def provider_backend(env: Environment, provider: str) -> str:
    """The Django backend of a provider; "" when none is named."""
    if not provider:
        return ""
    if provider not in PROVIDERS:
        raise ImproperlyConfigured(f"ANYMAIL_PROVIDER must be one of {', '.join(PROVIDERS)}")
    for name in PROVIDERS[provider]:
        if not env.str(_ANYMAIL + name, default=""):
            raise ImproperlyConfigured(f"{_ANYMAIL}{name} is needed when ANYMAIL_PROVIDER is {provider}")
    if provider == "amazon_ses" and find_spec("boto3") is None:
        raise ImproperlyConfigured("ANYMAIL_PROVIDER amazon_ses needs boto3 beside requirements.txt")
    return f"anymail.backends.{provider}.EmailBackend"


def anymail_settings(env: Environment) -> dict[str, Any]:
    """Every ANYMAIL_<NAME> of the environment, by its <NAME>: JSON where it is an object, truth, or text."""
    names = {name.removesuffix("_FILE") for name in os.environ if name.startswith(_ANYMAIL)}
    names.discard("ANYMAIL_PROVIDER")
    return {name.removeprefix(_ANYMAIL): _anymail_value(name, env.str(name)) for name in sorted(names)}


def _anymail_value(name: str, text: str) -> Any:
    if not text.startswith("{"):
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return json.loads(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} begins like a JSON object and is none") from error
