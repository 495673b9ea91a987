"""settings.py read by a process of its own, in the environments that installations have."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from anymail.exceptions import AnymailConfigurationError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from pytest_django import Settings

from storesync.environment import PROVIDERS, smtp_server

PRINT = """
import json, django
from django.conf import settings
django.setup()
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()}, default=str))
"""
PRODUCTION = {
    "DATABASE_URL": "postgres://storesync:secret@db.example/storesync",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "storesync.example.com",
    "EMAIL_URL": "smtp+tls://user:p%40ss@mail.example",
    "DEFAULT_FROM_EMAIL": "StoreSync <storesync@example.com>",
}
# Given empty, so that a .env of whoever runs the tests says nothing in its place.
UNSET = dict.fromkeys(
    (*PRODUCTION, "REDIS_URL", "ANYMAIL_PROVIDER", "BASE_URL", "ADDRESS_KEY", "STORESYNC_PGDIR"), ""
)


def start(environment: dict[str, str], program: str = PRINT) -> subprocess.CompletedProcess[str]:
    """Run Python with nothing of ours in its environment but this."""
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env=inherited
        | {name: "" for name in UNSET if f"{name}_FILE" not in environment}
        | {"DJANGO_SETTINGS_MODULE": "storesync.settings"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def read(environment: dict[str, str]) -> dict[str, Any]:
    """Every setting of an installation that starts."""
    done = start(environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def refusal(environment: dict[str, str]) -> str:
    """The last line that an installation says which does not start."""
    done = start(environment)
    assert done.returncode != 0
    return done.stderr.strip().splitlines()[-1].removeprefix("django.core.exceptions.ImproperlyConfigured: ")


def test_runs_embedded_without_any_setting(tmp_path: Path) -> None:
    found = read({"STORESYNC_VAR": str(tmp_path)})
    assert found["DATABASES"]["default"]["ENGINE"] == "storesync.core.postgres"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["MAIL_PROVIDER"]) == ("127.0.0.1", 1025, "")
    assert found["BASE_URL"] == "http://127.0.0.1:8000"
    assert found["MAILBOX"] and not found["DEBUG"] and not found["SESSION_COOKIE_SECURE"]
    key = tmp_path / "secret_key"
    assert key.stat().st_mode & 0o077 == 0
    assert read({"STORESYNC_VAR": str(tmp_path)})["SECRET_KEY"] == found["SECRET_KEY"] == key.read_text()
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_runs_for_real_with_what_is_needed() -> None:
    found = read(PRODUCTION | {"REDIS_URL": "redis://redis.example:6379/0"})
    database = found["DATABASES"]["default"]
    assert (database["ENGINE"], database["HOST"]) == ("django.db.backends.postgresql", "db.example")
    assert database["OPTIONS"] == {"pool": {"min_size": 1, "max_size": 8}}
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", 587)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (True, False)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("user", "p@ss")
    assert found["BASE_URL"] == "https://storesync.example.com"
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://storesync.example.com"]
    assert found["SESSION_COOKIE_SECURE"] and found["SECURE_SSL_REDIRECT"] and found["SECURE_HSTS_SECONDS"]
    assert not found["MAILBOX"] and "storesync.mailbox" not in found["INSTALLED_APPS"]
    assert found["CACHES"]["default"]["BACKEND"].endswith("RedisCache")
    assert found["CACHES"]["default"]["LOCATION"] == "redis://redis.example:6379/0"


def test_redis_carries_the_queue_too() -> None:
    program = (
        "import django; django.setup(); from storesync.core.queue import HUEY; print(type(HUEY).__name__)"
    )
    with_redis = start(PRODUCTION | {"REDIS_URL": "redis://redis.example:6379/0"}, program)
    assert with_redis.stdout.strip() == "PriorityRedisHuey", with_redis.stderr
    assert start(PRODUCTION, program).stdout.strip() == "PostgresHuey"


def test_database_keeps_the_options_of_its_address() -> None:
    url = PRODUCTION["DATABASE_URL"] + "?sslmode=verify-full"
    options = read(PRODUCTION | {"DATABASE_URL": url, "DATABASE_POOL": "3"})["DATABASES"]["default"][
        "OPTIONS"
    ]
    assert options == {"sslmode": "verify-full", "pool": {"min_size": 1, "max_size": 3}}


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"DATABASE_URL"}))
def test_what_is_missing_is_named(name: str) -> None:
    said = refusal(PRODUCTION | {name: ""})
    assert name in said
    assert "is needed when DATABASE_URL is set (see .env.example)" in said


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"DATABASE_URL": "mysql://db.example/x"}, "DATABASE_URL must begin with postgres://"),
        ({"DATABASE_URL": "postgres://u:se[cret@db.example:port/x"}, "DATABASE_URL is no address"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL must begin with smtp://"),
        ({"EMAIL_URL": "mail.example"}, "EMAIL_URL must begin with smtp://"),
        ({"EMAIL_URL": "smtp://"}, "EMAIL_URL names no mail server"),
        ({"EMAIL_URL": "smtp://mail.example:mail"}, "EMAIL_URL is no address"),
        ({"ANYMAIL_PROVIDER": "resend"}, "ANYMAIL_RESEND_API_KEY is needed"),
        ({"ANYMAIL_PROVIDER": "resend", "ANYMAIL_RESEND_API_KEY": "x"}, "are both set"),
        (
            {"ANYMAIL_PROVIDER": "pigeon", "EMAIL_URL": ""},
            "ANYMAIL_PROVIDER must be one of amazon_ses, brevo",
        ),
        (
            {"ANYMAIL_PROVIDER": "brevo", "EMAIL_URL": "", "ANYMAIL_BREVO_API_KEY": "x", "ANYMAIL_X": "{"},
            "ANYMAIL_X begins like a JSON object",
        ),
        ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE cannot be read: No such file"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, str], word: str) -> None:
    said = refusal(PRODUCTION | change)
    assert word in said
    assert "secret" not in said.replace("SECRET_KEY", "").lower()


@pytest.mark.parametrize(("scheme", "port"), [("smtp", 25), ("smtp+tls", 587), ("smtp+ssl", 465)])
def test_mail_server_has_the_port_of_its_scheme(scheme: str, port: int) -> None:
    found = smtp_server(f"{scheme}://mail.example")
    assert found["EMAIL_PORT"] == port
    assert (found.get("EMAIL_USE_TLS"), found.get("EMAIL_USE_SSL")) == (
        scheme == "smtp+tls" or None,
        scheme == "smtp+ssl" or None,
    )
    assert smtp_server(f"{scheme}://mail.example:2525")["EMAIL_PORT"] == 2525


def test_provider_instead_of_a_mail_server(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hidden\n")
    found = read(
        PRODUCTION
        | {
            "EMAIL_URL": "",
            "ANYMAIL_PROVIDER": "postmark",
            "ANYMAIL_POSTMARK_SERVER_TOKEN_FILE": str(tmp_path / "token"),
            "ANYMAIL_POSTMARK_USE_BULK_API": "false",
            "ANYMAIL_POSTMARK_SEND_DEFAULTS": '{"tags": ["storesync"]}',
        }
    )
    assert found["MAIL_PROVIDER"] == "anymail.backends.postmark.EmailBackend"
    assert found["ANYMAIL"] == {
        "POSTMARK_SERVER_TOKEN": "hidden",
        "POSTMARK_USE_BULK_API": False,
        "POSTMARK_SEND_DEFAULTS": {"tags": ["storesync"]},
        "REQUESTS_TIMEOUT": 20,
    }


def test_secrets_come_from_files(tmp_path: Path) -> None:
    files = {}
    for name in ("DATABASE_URL", "SECRET_KEY", "EMAIL_URL"):
        (tmp_path / name).write_text(PRODUCTION[name] + "\n")
        files[f"{name}_FILE"] = str(tmp_path / name)
    rest = {name: value for name, value in PRODUCTION.items() if f"{name}_FILE" not in files}
    found = read(rest | files)
    assert found["SECRET_KEY"] == PRODUCTION["SECRET_KEY"]
    assert found["DATABASES"]["default"]["NAME"] == "storesync"
    assert found["EMAIL_HOST"] == "mail.example"


@pytest.mark.parametrize("provider", sorted(set(PROVIDERS) - {"amazon_ses"}))
@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
def test_providers_need_what_django_anymail_needs(provider: str, settings: Settings) -> None:
    """And each takes what the ledger adds to a mail: its headers, and the delivery's id as metadata."""
    backend = f"anymail.backends.{provider}.EmailBackend"
    given = dict.fromkeys(PROVIDERS[provider], "https://given.example/")
    for name in given:
        settings.ANYMAIL = {other: value for other, value in given.items() if other != name}
        with pytest.raises(AnymailConfigurationError, match=name):
            get_connection(backend)
    settings.ANYMAIL = given
    headers = {
        "List-Unsubscribe": "<https://s.example/u/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    message = EmailMultiAlternatives("Hello", "text", "a@s.example", ["b@s.example"], headers=headers)
    message.attach_alternative("<p>html</p>", "text/html")
    message.metadata = {"delivery": "1"}  # type: ignore[attr-defined]
    get_connection(backend).build_message_payload(message, {})


def test_amazon_needs_its_library() -> None:
    said = refusal(PRODUCTION | {"EMAIL_URL": "", "ANYMAIL_PROVIDER": "amazon_ses"})
    assert "amazon_ses needs boto3" in said
