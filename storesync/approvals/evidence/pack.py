"""The evidence pack of one campaign: everything that says who approved what, in one file (docs/evidence.md).

It names people of the company, who are the evidence, and holds nothing of any recipient: no address, no name,
no id, only sums (Rule C3).
"""
# Names of tables and columns are our own.
# ruff: noqa: S608

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from storesync.approvals.evidence.canonical import seal_values, step_values
from storesync.approvals.models import ApprovalStep, ApprovalStepArchive, SubmissionItem
from storesync.campaigns.models import LocationCampaign
from storesync.comments.queries import threads_of
from storesync.content.hashing import PARTS
from storesync.content.models import Approval, Revision
from storesync.mailing.models import Batch
from storesync.mailing.queries import ledgers

PACK_FORM: Final = "storesync.evidence/1"
KIND: Final = "campaign"

Step = ApprovalStep | ApprovalStepArchive


def chain_of(owner_kind: str, owner_id: UUID) -> list[Step]:
    """The steps of one owner with their people, oldest first, wherever they are kept."""
    found: list[Step] = []
    models: tuple[type[Step], ...] = (ApprovalStepArchive, ApprovalStep)
    for model in models:
        steps = model.objects.of_owner(owner_kind, owner_id)
        found += steps.select_related("person", "in_place_of", "handed_to", "submission")
    return sorted(found, key=lambda step: step.number)


def make_pack(campaign: LocationCampaign) -> dict[str, Any]:
    """The pack of a campaign, as data for JSON; its digest is its last entry."""
    steps = chain_of(KIND, campaign.pk)
    approvals = list(
        Approval.objects.filter(revision__owner_kind=KIND, revision__owner_id=campaign.pk)
        .select_related("revision", "approved_by", "revoked_by")
        .defer("revision__html", "revision__text", "revision__blocks")
        .order_by("approved_at")
    )
    revision = Revision.objects.get(pk=_revision_id(campaign, steps))
    location = campaign.location
    pack: dict[str, Any] = {
        "form": PACK_FORM,
        "made_at": _moment(timezone.now()),
        "brand": {"id": str(campaign.brand_id), "slug": campaign.brand.slug, "name": campaign.brand.name},
        "campaign": {
            "kind": KIND,
            "id": str(campaign.pk),
            "name": campaign.name,
            "status": campaign.status,
            "location": f"{location.store_number} {location.name}, {location.city}",
            "template": str(campaign.template_version),
            "start_at": _moment(campaign.start_at),
            "end_at": _moment(campaign.end_at),
        },
        "content": {
            "revision": str(revision.pk),
            "number": revision.number,
            "content_hash": revision.content_hash,
            "html_sha256": hashlib.sha256(revision.html.encode()).hexdigest(),
            "author": _name(revision.author),
            "parts": {name: getattr(revision, name) for name in PARTS},
        },
        "approvals": [
            {
                "revision_number": one.revision.number,
                "content_hash": one.content_hash,
                "approved_by": _name(one.approved_by),
                "approved_at": _moment(one.approved_at),
                "revoked_by": _name(one.revoked_by),
                "revoked_at": _moment(one.revoked_at),
            }
            for one in approvals
        ],
        "submissions": _submissions(campaign.pk),
        "steps": _steps(steps, campaign),
        "comments": _comments(campaign.pk),
        "deliveries": _deliveries(campaign.pk),
        "seal": _seal(campaign),
    }
    return pack | {"digest": digest_of_pack(pack)}


def write_pack(pack: Mapping[str, Any]) -> bytes:
    """The one way in which a pack is written, so that not one byte of the file can be another."""
    return (json.dumps(pack, ensure_ascii=False, indent=1) + "\n").encode()


def digest_of_pack(pack: Mapping[str, Any]) -> str:
    """The SHA-256 of a pack without its digest."""
    told = {name: value for name, value in pack.items() if name != "digest"}
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _revision_id(campaign: LocationCampaign, steps: Sequence[Step]) -> UUID:
    """What was or is to be sent; where nothing is approved, what was handed in last, else what there is."""
    if campaign.approved_revision_id:
        return campaign.approved_revision_id
    return steps[-1].revision_id if steps else campaign.current_revision_id


def _name(person: Any) -> str:
    return person.display_name if person is not None else ""


def _moment(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _submissions(owner_id: UUID) -> list[dict[str, Any]]:
    items = SubmissionItem.objects.filter(owner_kind=KIND, owner_id=owner_id)
    rows = items.select_related("submission", "submitter", "revision").defer(
        "revision__html", "revision__text", "revision__blocks"
    )
    return [
        {
            "id": str(item.submission_id),
            "title": item.submission.title,
            "note": item.submission.note,
            "submitted_by": _name(item.submitter),
            "submitted_at": _moment(item.created_at),
            "revision_number": item.revision.number,
            "state": item.state,
            "policy": item.submission.policy_name,
            "policy_version": item.submission.policy_version,
            "guidelines_version": item.facts.get("guidelines"),
            "stages": item.submission.stages,
            "checked": item.facts,
            "differs_from_template": item.differs,
        }
        for item in rows.order_by("id")
    ]


def _steps(steps: Sequence[Step], campaign: LocationCampaign) -> list[dict[str, Any]]:
    values = hashed_values(campaign.brand_id, campaign.pk)
    return [
        {
            "values": values[step.number],
            "hash": step.hash,
            "person": _name(step.person),
            "in_place_of": _name(step.in_place_of),
            "handed_to": _name(step.handed_to),
        }
        for step in steps
    ]


def hashed_values(brand_id: UUID, owner_id: UUID) -> dict[int, list[Any]]:
    """For each step of a campaign, by its number, the array that is hashed, as the database writes it."""
    query = " UNION ALL ".join(
        f"SELECT s.number, {step_values('s')} FROM {table} s"
        " WHERE s.brand_id = %(brand)s AND s.owner_kind = %(kind)s AND s.owner_id = %(owner)s"
        for table in ("approvals_approvalstep", "approvals_approvalsteparchive")
    )
    with connection.cursor() as cursor:
        cursor.execute(query, {"brand": brand_id, "kind": KIND, "owner": owner_id})
        return dict(cursor.fetchall())


def _comments(owner_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "block": thread.block_id,
            "field": thread.field,
            "quote": thread.quote,
            "revision_number": thread.revision_number,
            "resolved_at": _moment(thread.resolved_at),
            "resolved_by": _name(thread.resolved_by),
            "comments": [
                {"author": _name(one.author), "at": _moment(one.created_at), "text": one.body}
                for one in thread.comments.all()
                if one.struck_at is None
            ],
        }
        for thread in threads_of(KIND, owner_id).order_by("created_at", "pk")
    ]


def _deliveries(owner_id: UUID) -> dict[str, Any]:
    ledger = ledgers(KIND, [owner_id])[owner_id]
    batches = Batch.objects.of(KIND, [owner_id]).order_by("created_at")
    return {
        **asdict(ledger),
        "accepted_by_mail_servers": ledger.left,
        "adds_up": ledger.adds_up,
        "batches": [
            {
                "approved_hash": batch.approved_hash,
                "state": batch.state,
                "intended": batch.intended,
                "began_at": _moment(batch.created_at),
                "ended_at": _moment(batch.ended_at),
            }
            for batch in batches
        ],
    }


_SEAL: Final = f"""
SELECT {seal_values("seal")}, seal.hash, head.number, head.head
FROM approvals_sealedhead head JOIN approvals_evidenceseal seal ON seal.id = head.seal_id
WHERE head.brand_id = %s AND head.owner_kind = %s AND head.owner_id = %s
ORDER BY head.number DESC LIMIT 1
"""


def _seal(campaign: LocationCampaign) -> dict[str, Any] | None:
    """The newest seal that covers steps of the campaign, with what it found; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_SEAL, [campaign.brand_id, KIND, campaign.pk])
        row = cursor.fetchone()
    if row is None:
        return None
    values, seal_hash, number, head = row
    return {"values": values, "hash": seal_hash, "step_number": number, "step_hash": head}
