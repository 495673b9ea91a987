"""Every write of notices: telling people, what they do with what they are told, and how they want it."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.core.scoping import require_scope
from storesync.notifications.kinds import Channel, all_kinds, kind_of
from storesync.notifications.models import Announcement, Notice, NoticePreference
from storesync.notifications.statements import TELL
from storesync.notifications.tasks import expand, write_mails

if TYPE_CHECKING:
    from storesync.accounts.models import User


@dataclass(frozen=True, slots=True)
class Told:
    """One person's part of a telling; see `notify`. Facts are JSON: ids and plain words."""

    person: int
    matter: str
    url: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    thread: str = ""
    about: datetime | None = None
    urgent: bool = False
    occurrences: int = 1


def notify(
    *,
    kind: str,
    people: Iterable[int],
    brand_id: UUID,
    matter: str,
    url: str,
    facts: Mapping[str, Any] | None = None,
    thread: str = "",
    about: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Tell people of something, each once: one statement for any number of them.

    Args:
        kind: the key of a registered kind.
        people: ids; who is switched off is left out.
        matter: what it is about. A later event of the same matter is added to the notice that a person has
            not read yet, and mails nobody a second time before they have.
        url: the page that it leads to, without the host.
        facts: ids and plain words, from which the kind's renderer makes sentences.
        thread: mails with the same thread are one conversation; the matter's own where none is given.
        about: the moment it is about. urgent: mailed at once to whoever has mail or digest switched on.
    """
    notify_each(
        kind=kind,
        brand_id=brand_id,
        told=[Told(one, matter, url, facts or {}, thread, about, urgent) for one in people],
    )


def notify_each(*, kind: str, brand_id: UUID, told: Iterable[Told]) -> None:
    """Tell people of something, each in facts of their own; otherwise like `notify`. A matter comes once."""
    known = kind_of(kind)
    require_scope(brand_id)
    rows = {
        (one.person, one.matter): asdict(one) | {"id": new_id(), "thread": one.thread or one.matter}
        for one in told
    }
    if not rows:
        return
    values: dict[str, Any] = {
        "rows": json.dumps(list(rows.values()), cls=DjangoJSONEncoder),
        "now": timezone.now(),
        "brand": brand_id,
        "kind": kind,
        "page": Channel.PAGE in known.default,
        "mail": Channel.MAIL in known.default,
        "digest": Channel.DIGEST in known.default,
        "may_mail": Channel.MAIL in known.allowed,
    }
    with audited("notice.told", actor=None), connection.cursor() as cursor:
        cursor.execute(TELL, values)
        write_mails.wake(brand_id)


def announce(*, source: str, brand_id: UUID, facts: Mapping[str, Any]) -> None:
    """Write down, in the caller's transaction, that people are to be told of something; one row.

    Args:
        source: what `announcing.register_teller` knows. facts: JSON, handed to the teller.
    """
    Announcement.objects.bulk_create(
        [Announcement(brand_id=brand_id, source=source, facts=json.loads(_as_json(facts)))]
    )
    expand.wake(brand_id)


def _as_json(facts: Mapping[str, Any]) -> str:
    return json.dumps(dict(facts), cls=DjangoJSONEncoder)


def mark_read(*, notices: Collection[UUID], actor: "User") -> int:
    """Mark a person's own notices as read; how many were not."""
    with audited("notice.read", actor=actor):
        return _change(notices, actor, {"read_at__isnull": True}, read_at=timezone.now())


def mark_unread(*, notices: Collection[UUID], actor: "User") -> int:
    """Mark a person's own notices as unread; how many were read."""
    with audited("notice.unread", actor=actor):
        return _change(notices, actor, {"read_at__isnull": False}, read_at=None)


def mark_all_read(*, actor: "User") -> tuple[int, datetime]:
    """Mark everything in the centre as read; how many were not, and the moment by which to undo it."""
    now = timezone.now()
    with audited("notice.all_read", actor=actor):
        unread = Notice.objects.unread().filter(person=actor)
        return unread.update(read_at=now, updated_at=now), now


def undo_all_read(*, actor: "User", at: datetime) -> int:
    """Mark as unread again what was marked all at once at that moment; how many."""
    with audited("notice.all_read_undone", actor=actor):
        found = Notice.objects.filter(person=actor, read_at=at)
        return int(found.update(read_at=None, updated_at=timezone.now()))


def dismiss(*, notices: Collection[UUID], actor: "User") -> int:
    """Take a person's own notices out of their centre; a new event of the matter brings it back."""
    with audited("notice.dismissed", actor=actor):
        return _change(notices, actor, {"dismissed_at__isnull": True}, dismissed_at=timezone.now())


def restore(*, notices: Collection[UUID], actor: "User") -> int:
    """Bring dismissed notices back, as they were."""
    with audited("notice.restored", actor=actor):
        return _change(notices, actor, {"dismissed_at__isnull": False}, dismissed_at=None)


def _change(ids: Collection[UUID], actor: "User", where: Mapping[str, Any], **values: Any) -> int:
    """Change the rows of these ids that are the actor's own; another's are simply not there."""
    rows = Notice.objects.filter(pk__in=list(ids), person=actor, **where)
    return int(rows.update(updated_at=timezone.now(), **values))


def set_preferences(*, person: "User", actor: "User", choices: Mapping[str, Collection[str]]) -> None:
    """Keep by which channels a person wants each kind; kinds that are not named stay as they are.

    Args:
        choices: channels by the key of the kind; channels that the kind does not have are left out.

    Raises:
        PermissionDenied: the actor is somebody else.
        ActionRefused: there is no such kind.
    """
    with audited("notice.preferences_changed", actor=actor):
        if person.pk != actor.pk or not actor.is_active:
            raise PermissionDenied
        kinds = {kind.key: kind for kind in all_kinds()}
        if not set(choices) <= set(kinds):
            raise ActionRefused(_("This kind of notice does not exist (any more). Load the page again."))
        NoticePreference.objects.bulk_create(
            [
                NoticePreference(
                    person=person,
                    kind=key,
                    **{one.value: one in chosen and one in kinds[key].allowed for one in Channel},
                )
                for key, chosen in sorted(choices.items())
            ],
            update_conflicts=True,
            unique_fields=["person", "kind"],
            update_fields=[*(one.value for one in Channel), "updated_at"],
        )


def mark_digested(*, notices: Sequence[Notice], at: datetime) -> int:
    """Say that a digest holds these notices; called in the transaction that writes its mail.

    Returns:
        How many were not in one before.
    """
    with audited("notice.digested", actor=None):
        found = Notice.objects.filter(pk__in=[one.pk for one in notices], digested_at__isnull=True)
        return int(found.update(digested_at=at, updated_at=timezone.now()))
