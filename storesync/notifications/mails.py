"""The mails of notices: in the reader's language and zone, one conversation for each thread.

They are marked as automatic (RFC 3834) and named so that all mails of one thread stand together in a mail
program (RFC 5322, 3.6.4): each refers to a name made of the thread, whose first mail may be long gone.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone, translation

from storesync.accounts.models import User
from storesync.core.letters import AUTOMATIC, absolute, message_id, write_mail
from storesync.notifications.kinds import Channel
from storesync.notifications.models import Notice
from storesync.notifications.queries import Entry, choices_of, entries

LISTED = 20
"""Notices that one mail names; of more it says how many."""


def mail_notices(person: User, notices: Sequence[Notice]) -> list[list[Notice]]:
    """Write a person the mails of these notices of one brand; those of each mail that was written.

    What the person may not read any more, or has switched off since, is left out.
    """
    choices = choices_of(person)
    with translation.override(person.language), timezone.override(ZoneInfo(person.time_zone)):
        groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in entries(person, notices):
            wanted = choices.get(entry.kind.key, entry.kind.default)
            if Channel.MAIL in wanted or (entry.notice.urgent and Channel.DIGEST in wanted):
                matter = "" if entry.kind.bundled else str(entry.notice.pk)
                groups[entry.kind.key, matter].append(entry)
        for group in groups.values():
            _send(person, group)
    return [[entry.notice for entry in group] for group in groups.values()]


def _send(person: User, group: Sequence[Entry]) -> None:
    first = group[0]
    context = {
        "person": person,
        "brand": first.notice.brand,
        "kind": first.kind,
        "first": first,
        "notices": [(entry, absolute(entry.notice.get_absolute_url())) for entry in group[:LISTED]],
        "count": len(group),
        "more": max(len(group) - LISTED, 0),
        "centre_url": absolute(reverse("notifications:centre")),
        "settings_url": absolute(reverse("notifications:settings")),
    }
    headers = thread_headers([entry.notice for entry in group])
    write_mail("notice", context, to=person.email, headers=headers).send()


def thread_headers(notices: Sequence[Notice]) -> dict[str, str]:
    """The headers that name a mail, put it into its conversation and say that a machine wrote it."""
    first = notices[0]
    threads = {notice.thread for notice in notices}
    thread = threads.pop() if len(threads) == 1 else f"{first.kind}:{first.pk}"
    root = hashlib.sha256(f"{first.brand_id}:{first.person_id}:{thread}".encode()).hexdigest()[:32]
    name = message_id(f"thread.{root}")
    return {
        "Message-ID": message_id(f"notice.{first.pk.hex}.{first.number}"),
        "In-Reply-To": name,
        "References": name,
        **AUTOMATIC,
    }
