"""The mails: a digest of what waits, and one at once about what is urgent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.approvals.actions.link import make_links
from storesync.approvals.digest.entries import Entry, Waiting
from storesync.approvals.digest.wishes import addressed
from storesync.approvals.models import Purpose
from storesync.core import formats
from storesync.core.letters import AUTOMATIC, absolute, message_id, write_mail
from storesync.mailing.models import MailClass
from storesync.mailing.outbox import Source, post_letter
from storesync.notifications.queries import Entry as Notice

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.brands.models import Brand

DIGEST: Final = "approval_digest"
URGENT: Final = "approval_urgent"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry with its links, as the mails show it. `approve` is empty where it is too many for a click."""

    entry: Entry
    due: str
    approve: str
    changes: str
    open: str


def post_digest(
    *,
    person: "User",
    brand: "Brand",
    waiting: Waiting,
    notices: Sequence[Notice],
    key: UUID,
    expires_at: datetime,
) -> None:
    """Write a person's digest to the ledger, in the language and zone that are active."""
    _post(DIGEST, person, brand, waiting, notices, key, expires_at)


def post_urgent(*, person: "User", brand: "Brand", waiting: Waiting, key: UUID, expires_at: datetime) -> None:
    """Write a mail about one submission that does not bear waiting for the digest."""
    _post(URGENT, person, brand, waiting, (), key, expires_at)


def _post(
    name: str,
    person: "User",
    brand: "Brand",
    waiting: Waiting,
    notices: Sequence[Notice],
    key: UUID,
    expires_at: datetime,
) -> None:
    links = make_links(person=person, entries=waiting.entries)
    context = {
        "person": person,
        "brand": brand,
        "waiting": waiting,
        "lines": [_line(entry, links[entry.submission.pk]) for entry in waiting.entries],
        "first": _first_words(waiting),
        "notices": addressed(notices),
        "settings_url": absolute(reverse("notifications:settings")),
        "days": settings.ACTION_LINK_DAYS,
        "queue_url": absolute(reverse("approvals:queue", kwargs={"brand": brand.slug})),
    }
    headers = {"Message-ID": message_id(f"{name.replace('_', '.')}.{key.hex}"), **AUTOMATIC}
    mail = write_mail(name, context, to=person.email, headers=headers, body=DIGEST)
    # Class digest: resent once when nobody knows whether it arrived (Rule S3).
    post_letter(mail, source=Source(name, key, MailClass.DIGEST, expires_at))


def _line(entry: Entry, links: Mapping[Purpose, str]) -> Line:
    return Line(
        entry=entry,
        due=due_words(entry),
        approve=links.get(Purpose.APPROVE, ""),
        changes=links.get(Purpose.CHANGES, ""),
        open=links[Purpose.OPEN],
    )


def due_words(entry: Entry) -> str:
    """By when it has to be decided, in the reader's zone."""
    if entry.due is None:
        return _("No due time")
    when = {"when": formats.moment(entry.due)}
    return _("Overdue since %(when)s") % when if entry.overdue else _("Due %(when)s") % when


def _first_words(waiting: Waiting) -> str:
    """The most urgent, for the subject."""
    if not waiting.entries:
        return ""
    first = waiting.entries[0]
    if first.overdue:
        return _("%(title)s is overdue") % {"title": first.title}
    if first.due is None:
        return first.title
    return _("%(title)s is due %(when)s") % {"title": first.title, "when": formats.moment(first.due)}
