"""What a review said last about what owns revisions: told by approvals, read where it is mended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SentBack:
    """Why something was sent back and has to be mended.

    Attributes:
        decision: "Asked for changes", "Rejected". stage: where, as the brand calls it.
        url: the review page, with what changed and what is said at which place.
    """

    decision: str
    stage: str
    who: str
    when: datetime
    comment: str
    url: str


Provider = Callable[[str, UUID], SentBack | None]
_provider: list[Provider] = []


def register_reviews(provider: Provider) -> None:
    """Let `provider` answer what a review said last about an owner (kind, id), from `AppConfig.ready`."""
    if _provider and _provider[0] is not provider:
        raise ValueError("somebody tells of reviews already")
    _provider[:] = [provider]


def sent_back(owner_kind: str, owner_id: UUID) -> SentBack | None:
    """Why an owner was sent back, as long as it was not handed in again; None otherwise."""
    return _provider[0](owner_kind, owner_id) if _provider else None
