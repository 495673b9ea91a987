"""Mails that StoreSync writes by itself: rendered from `emails/<name>/`, with addresses and names of ours."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

AUTOMATIC: Final = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Headers that keep machines from answering (RFC 3834)."""


def absolute(path: str) -> str:
    """An address of ours as a mail needs it."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def message_id(name: str) -> str:
    """A Message-ID under the domain that StoreSync writes from (RFC 5322, 3.6.4)."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{name}@{domain}>"


def write_mail(
    name: str, context: Mapping[str, Any], *, to: str, headers: Mapping[str, str], body: str = ""
) -> EmailMultiAlternatives:
    """A mail in the language and zone that are active, as HTML and as plain text; nothing is sent yet.

    Args:
        name: the folder under `emails/` with its subject.txt, body.txt and body.html.
        to: the address of its reader.
        body: the folder of its bodies, where it shares those of another mail.
    """
    context, folder = dict(context), body or name
    mail = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"emails/{name}/subject.txt", context).split()),
        body=render_to_string(f"emails/{folder}/body.txt", context),
        to=[to],
        headers=dict(headers),
    )
    mail.attach_alternative(render_to_string(f"emails/{folder}/body.html", context), "text/html")
    return mail
