"""Named filters over revisions and approvals."""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast

from storesync.content.hashing import DATA, PARTS, canonical_text, content_hash
from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.content.models import Approval, Revision  # noqa: F401 - used in type arguments


# Revisions are heavy (their HTML); this many are held in memory at a time.
_CHUNK: Final = 200
SHARED: Final = ("blocks", "values", "audience", "schedule", "sender")
"""What most revisions of a roll-out have in common."""


def written(name: str) -> str:
    """How `shared` calls the JSON of one of SHARED, as the database wrote it."""
    return f"{name}_written"


def _as_text(names: Iterable[str]) -> dict[str, Cast]:
    return {written(name): Cast(name, TextField()) for name in names}


class RevisionQuerySet(BrandQuerySet["Revision"]):
    """Revisions as pages ask for them."""

    def of_owner(self, kind: str, owner_id: UUID) -> Self:
        """The revisions of one campaign (or what else owns revisions), oldest first."""
        return self.filter(owner_kind=kind, owner_id=owner_id).order_by("number")

    def without_bodies(self) -> Self:
        """Without the heavy columns, for lists."""
        return self.defer("blocks", "html", "text")

    def shared(self) -> Iterator["Revision"]:
        """With bodies, in a stream: as many queries and as much memory for ten thousand as for a few.

        What is written alike is ONE object in all of them, for reading only; each has the JSON of SHARED as
        text too, under the names that `written` gives, so that what follows from it can be kept by it.
        """
        parse = lru_cache(maxsize=_CHUNK)(json.loads)
        rows = self.defer(*SHARED, "created_at", "updated_at").annotate(**_as_text(SHARED))
        for revision in rows.iterator(chunk_size=_CHUNK):
            for name in SHARED:
                setattr(revision, name, parse(getattr(revision, written(name))))
            yield revision

    def recomputed_hashes(self) -> Iterator[tuple[UUID, str, str]]:
        """Id, the hash that is kept, and that of what the row holds now (rule A3), in a stream."""
        columns = [written(name) if name in DATA else name for name in PARTS]
        rows: Any = self.annotate(**_as_text(DATA)).values_list("pk", "content_hash", *columns)
        for pk, kept, *row in rows.iterator(chunk_size=_CHUNK):
            parts = dict(zip(PARTS, row, strict=True))
            yield pk, kept, content_hash(**parts | {name: canonical_text(parts[name]) for name in DATA})


class ApprovalQuerySet(BrandQuerySet["Approval"]):
    """Approvals by whether they hold."""

    def in_force(self) -> Self:
        """Not revoked."""
        return self.filter(revoked_at__isnull=True)

    def of_revisions(self, revision_ids: Iterable[UUID]) -> Self:
        """Those of these revisions."""
        return self.filter(revision__id__any_of=revision_ids)
