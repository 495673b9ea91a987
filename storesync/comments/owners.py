"""What threads are about: an owner of revisions, known by its newest one."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from storesync.brands.models import Location
from storesync.comments.places import Place, places_in
from storesync.content.models import Revision
from storesync.content.owners import describe


@dataclass(frozen=True)
class Owner:
    """A campaign, or what else owns revisions, as comments know it.

    Attributes:
        name, url: what people call it, and its page.
        revision: its newest; `location` is the store whose rights count.
    """

    kind: str
    id: UUID
    name: str
    url: str
    location: Location
    revision: Revision

    @cached_property
    def places(self) -> dict[str, Place]:
        """Its places by their keys, in the order in which they are read."""
        return {place.key: place for place in places_in(self.revision)}


def find_owner(kind: str, owner_id: UUID) -> Owner | None:
    """The owner of this kind and id in scope; None when there is none."""
    revision: Revision | None = (
        Revision.objects.of_owner(kind, owner_id)
        .select_related("location__region", "location__brand")
        .defer("html", "text")
        .last()
    )
    if revision is None:
        return None
    info = describe([revision]).get(revision.pk)
    if info is None:
        return None
    return Owner(kind, owner_id, info.name, info.url, revision.location, revision)
