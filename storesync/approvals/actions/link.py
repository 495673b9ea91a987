"""Action links: made for a mail, and used once (Rule A2)."""

import secrets
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.approvals.actions.decide import decide
from storesync.approvals.actions.family import Outcome
from storesync.approvals.models import (
    TOKEN_BYTES,
    ActionLink,
    Purpose,
    Reason,
    Way,
    links_last,
    token_digest,
)
from storesync.approvals.queries.link import LinkState, Standing, state_of
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.letters import absolute

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.approvals.digest.entries import Entry

MOST = 1000
"""Campaigns that one click decides while the page is waited for; more are decided on their own page."""


class LinkDead(ActionRefused):
    """A link that does not work any more; `state` is what is true now."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(" ".join(state.words) or _("This link does not work any more."))
        self.state = state


def make_links(*, person: "User", entries: Iterable["Entry"]) -> dict[UUID, Mapping[Purpose, str]]:
    """The complete addresses for a mail to one person: for each submission one link for each purpose.

    The caller holds the transaction in which the mail is written. Only the mail holds the tokens; the
    database keeps their digests.
    """
    rows: list[ActionLink] = []
    urls: dict[UUID, dict[Purpose, str]] = {}
    expires_at = timezone.now() + links_last()
    for entry in entries:
        found = urls.setdefault(entry.submission.pk, {})
        for purpose in Purpose if entry.count <= MOST else (Purpose.OPEN,):
            token = secrets.token_urlsafe(TOKEN_BYTES)
            found[purpose] = absolute(reverse("links:follow", kwargs={"token": token}))
            rows.append(
                ActionLink(
                    brand_id=entry.submission.brand_id,
                    submission=entry.submission,
                    person=person,
                    purpose=purpose,
                    stage=entry.submission.stage,
                    digest=entry.digest,
                    count=entry.count,
                    token_hash=token_digest(token),
                    expires_at=expires_at,
                )
            )
    ActionLink.objects.bulk_create(rows)
    return {pk: dict(found) for pk, found in urls.items()}


def decide_by_link(
    *, link: ActionLink, actor: "User", comment: str = "", reason: Reason | None = None
) -> Outcome:
    """Decide what a link is about, as its purpose says; exactly what was sent, or nothing (Rules A2, A3).

    Raises:
        PermissionDenied: the actor may not decide anything in this brand.
        LinkDead: sent to somebody else, used, expired, or what it is about is no longer what waits.
        ActionRefused: it decides nothing, or a comment is missing.
    """
    with audited("submission.decided_by_link", actor=actor, link=link.pk.hex):
        held = ActionLink.objects.select_for_update(of=("self",)).select_related("submission").get(pk=link.pk)
        if held.person_id != actor.pk:
            raise LinkDead(LinkState(Standing.BARRED, words=[_("This link was sent to somebody else.")]))
        state = state_of(held, actor)
        if state.standing != Standing.LIVE:
            raise LinkDead(state)
        decision = Purpose(held.purpose).decision
        if decision is None:
            raise ActionRefused(_("This link only opens what it is about."))
        outcome = decide(
            items=[item.pk for item in state.items],
            decision=decision,
            actor=actor,
            comment=comment,
            reason=reason,
            way=Way.EMAIL_LINK,
            seen_digest=held.digest,
            seen_stages={item.revision_id: held.stage for item in state.items},
        )
        held.used_at = timezone.now()
        held.save(update_fields=["used_at"])
    return outcome
