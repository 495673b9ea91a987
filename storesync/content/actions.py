"""Every write of revisions and approvals.

These are the writes that higher floors build their actions from: campaigns writes revisions while it
rolls out or saves, approvals records decisions. The right to do so is theirs to require, in the same
transaction; nothing else may call these (tests/architecture keeps the list).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.content.events import ApprovalRevoked
from storesync.content.hashing import canonical_json, content_hash
from storesync.content.language import MissingValue, show_recipient_fields
from storesync.content.models import Approval, Channel, Revision
from storesync.content.rendering import CompiledMessage
from storesync.core.audit import audited
from storesync.core.bulk import insert_rows
from storesync.core.errors import ActionRefused
from storesync.core.events import publish
from storesync.core.models import new_id
from storesync.core.scoping import require_scope


@dataclass(frozen=True, slots=True)
class RevisionDraft:
    """What one revision is made of.

    Args:
        location_id: the store.
        owner_kind, owner_id, number: whose revision this is, and its number from 1.
        message: the compiled content; stores with the same content share it.
        facts: of `location_facts`.
        values, audience, schedule, sender: see `Revision`.
    """

    location_id: UUID
    owner_id: UUID
    number: int
    message: CompiledMessage
    facts: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    audience: Mapping[str, Any] = field(default_factory=dict)
    schedule: Mapping[str, Any] = field(default_factory=dict)
    sender: Mapping[str, Any] = field(default_factory=dict)
    owner_kind: str = "campaign"
    channel: str = Channel.EMAIL
    variant: str = ""


@dataclass(frozen=True, slots=True)
class BuiltRevision:
    """What became of a draft; `missing` names the values that preflight must ask for (rule T3)."""

    id: UUID
    location_id: UUID
    owner_id: UUID
    number: int
    content_hash: str
    missing: tuple[MissingValue, ...]


_COLUMNS = (
    "id",
    "brand_id",
    "location_id",
    "owner_kind",
    "owner_id",
    "number",
    "channel",
    "variant",
    "subject",
    "preheader",
    "blocks",
    "values",
    "facts",
    "audience",
    "schedule",
    "sender",
    "rendered_subject",
    "rendered_preheader",
    "html",
    "text",
    "content_hash",
    "author_id",
)


def build_revisions(
    *, brand_id: UUID, drafts: Iterable[RevisionDraft], author: User | None
) -> list[BuiltRevision]:
    """Render, hash and insert revisions, streaming: ten thousand need no more memory than one.

    Runs inside the caller's transaction. A location of another brand, or a number taken already, is
    refused by the database (IntegrityError). Rule A3.

    Args:
        brand_id: the brand, which must be in scope.
        drafts: what to build; consumed once, in order.
        author: who wrote it; None when the engine did.

    Returns:
        One entry per draft, in order.
    """
    require_scope(brand_id)
    built: list[BuiltRevision] = []
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    command = f'COPY "{Revision._meta.db_table}" ({columns}) FROM STDIN'
    # COPY goes past Django's cursor, so the database's errors are made Django's here.
    errors = connection.wrap_database_errors
    with transaction.atomic(), connection.cursor() as cursor, errors, cursor.copy(command) as copy:
        for row in _rows(brand_id, drafts, author.pk if author else None, built):
            copy.write_row(row)
    return built


def _rows(
    brand_id: UUID, drafts: Iterable[RevisionDraft], author_id: int | None, built: list[BuiltRevision]
) -> Iterator[tuple[Any, ...]]:
    for draft in drafts:
        message = draft.message
        rendered = message.render(draft.facts, draft.values)
        blocks = message.canonical_blocks
        parts = (draft.values, draft.facts, draft.audience, draft.schedule, draft.sender)
        values, facts, audience, schedule, sender = (canonical_json(part) for part in parts)
        hashed = content_hash(
            channel=draft.channel,
            variant=draft.variant,
            subject=message.subject,
            preheader=message.preheader,
            blocks=blocks,
            values=values,
            facts=facts,
            audience=audience,
            schedule=schedule,
            sender=sender,
            rendered_subject=rendered.subject,
            rendered_preheader=rendered.preheader,
            html=rendered.html,
            text=rendered.text,
        )
        revision_id = new_id()
        built.append(
            BuiltRevision(
                revision_id, draft.location_id, draft.owner_id, draft.number, hashed, rendered.missing
            )
        )
        yield (
            revision_id,
            brand_id,
            draft.location_id,
            draft.owner_kind,
            draft.owner_id,
            draft.number,
            str(draft.channel),
            draft.variant,
            message.subject,
            message.preheader,
            *(part.decode() for part in (blocks, values, facts, audience, schedule, sender)),
            rendered.subject,
            rendered.preheader,
            rendered.html,
            rendered.text,
            hashed,
            author_id,
        )


def record_approvals(*, brand_id: UUID, pins: Mapping[UUID, str], actor: User | None) -> int:
    """Record that these hashes of these revisions are approved (rule A3).

    Runs inside the caller's transaction, which a refusal ends. Revisions whose approval is in force already
    keep it (rule A4). Rows are locked in order of id (rule A9).

    Args:
        brand_id: the brand, which must be in scope.
        pins: revision id -> the hash that the approver saw.
        actor: who approved; None when a policy of the brand did (rule A13).

    Returns:
        How many approvals are new.

    Raises:
        ActionRefused: a revision is not there, is not what the approver saw, or does not match its own hash.
    """
    require_scope(brand_id)
    with audited("revision.approved", actor=actor, savepoint=False):
        revisions = Revision.objects.filter(brand_id=brand_id, pk__any_of=pins).order_by("pk")
        seen = 0
        for revision_id, kept, anew in revisions.select_for_update().recomputed_hashes():
            seen += 1
            if not kept == pins[revision_id] == anew:
                subject = revisions.values_list("rendered_subject", flat=True).get(pk=revision_id)
                raise ActionRefused(
                    _("“%(subject)s” is not what you have seen; look at it again.")
                    % {"subject": show_recipient_fields(subject)}
                )
        if seen != len(pins):
            raise ActionRefused(_("Some of these revisions are no longer there."))
        return insert_rows(
            Approval,
            (
                {
                    "brand_id": brand_id,
                    "revision_id": revision_id,
                    "content_hash": pinned,
                    "approved_by_id": actor.pk if actor else None,
                }
                for revision_id, pinned in sorted(pins.items())
            ),
            keep=True,
        )


def revoke_approval(
    *, brand_id: UUID, revision_ids: Iterable[UUID], actor: User | None, reason: str = ""
) -> tuple[UUID, ...]:
    """End the approvals in force of these revisions, and tell the floors above: nothing of them is sent now.

    Returns:
        The revisions whose approval ended; revisions without one in force are left out.
    """
    require_scope(brand_id)
    with audited("revision.approval_revoked", actor=actor, reason=reason):
        approvals = Approval.objects.in_force().of_revisions(revision_ids).filter(brand_id=brand_id)
        ended = list(approvals.select_for_update(of=("self",)).order_by("revision_id"))
        if not ended:
            return ()
        Approval.objects.filter(pk__in=[approval.pk for approval in ended]).update(
            revoked_at=Now(), revoked_by=actor, updated_at=Now()
        )
        revoked = tuple(approval.revision_id for approval in ended)
        publish(ApprovalRevoked(brand_id, revoked, actor.pk if actor else None, reason))
        return revoked
