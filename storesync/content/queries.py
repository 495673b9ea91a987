"""Reads about approvals: the question that the sending gate asks (rules A3, S4)."""

from collections.abc import Iterable
from uuid import UUID

from storesync.content.models import Approval


def in_force(revision_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the revisions that may be sent: approved, not revoked, and still exactly what was approved.

    The hash is computed anew from the row, so that content changed by any way in, past every constraint, is
    not sent (rule A3).
    """
    approvals = Approval.objects.in_force().of_revisions(revision_ids).select_related("revision")
    return {
        approval.revision_id
        for approval in approvals.iterator(chunk_size=200)
        if approval.content_hash == approval.revision.content_hash == approval.revision.recompute_hash()
    }
