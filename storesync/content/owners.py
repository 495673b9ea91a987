"""Who owns a revision: told by the floors above, read by approvals, which knows revisions only.

`campaigns` registers itself for its kind; the steps of a journey will come the same way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from storesync.content.checks import Finding
    from storesync.content.models import Revision
    from storesync.content.variables import Variable


@dataclass(frozen=True, slots=True)
class BaseContent:
    """What a revision was made from: the content of its template version, before the store touched it.

    `variables` gives values their label and format (content.differences).
    """

    label: str
    subject: str
    preheader: str
    blocks: Sequence[Mapping[str, Any]]
    values: Mapping[str, str] = field(default_factory=dict)
    schedule: Mapping[str, Any] = field(default_factory=dict)
    variables: "Mapping[str, Variable]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnerInfo:
    """What a page says of a revision's owner.

    Attributes:
        name, url: the owner's name and page. edit_url: where its words are mended, each part of the mail at
            the anchor `part-<block>` (`part-subject`, `part-preheader`); "" where they are not.
        wave_id, wave_name, wave_url: the roll-out it belongs to; None and "" where there is none.
        template_id, template_name: the template it was made from, whichever version; None and "" likewise.
        base_content: what to compare the revision with; None where it was made from nothing.
        campaign_type: of content.campaign_types; "" where the owner is of none.
    """

    name: str
    url: str
    wave_id: UUID | None = None
    wave_name: str = ""
    wave_url: str = ""
    base_content: BaseContent | None = None
    campaign_type: str = ""
    template_id: UUID | None = None
    template_name: str = ""
    edit_url: str = ""

    def place_url(self, finding: "Finding") -> str:
        """Where what a check found is mended; "" where nothing of it is written here."""
        part = finding.block_id or (finding.field if finding.field in ("subject", "preheader") else "")
        return f"{self.edit_url}#part-{part}" if self.edit_url and part else self.edit_url


Provider = Callable[[Sequence[UUID]], Mapping[UUID, OwnerInfo]]
_providers: dict[str, Provider] = {}


def register_owner(kind: str, provider: Provider) -> None:
    """Let `provider` answer for owners of this kind, from `AppConfig.ready`.

    It is given the ids of owners and answers those it finds, in a constant number of queries.
    """
    if _providers.setdefault(kind, provider) is not provider:
        raise ValueError(f"owners of kind {kind} are described by somebody already")


def describe(revisions: Iterable["Revision"]) -> dict[UUID, OwnerInfo]:
    """The owner of each revision, by the revision's id; a revision whose owner is gone is left out."""
    asked = list(revisions)
    ids: dict[str, set[UUID]] = defaultdict(set)
    for revision in asked:
        ids[revision.owner_kind].add(revision.owner_id)
    known = {kind: _providers[kind](sorted(wanted)) for kind, wanted in ids.items() if kind in _providers}
    return {
        revision.pk: info
        for revision in asked
        if (info := known.get(revision.owner_kind, {}).get(revision.owner_id)) is not None
    }
