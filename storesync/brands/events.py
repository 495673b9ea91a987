"""What happens to brands and locations, for the floors above."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LocationsChanged:
    """Facts of locations have changed, by a page or the back office (imports publish their own).

    Attributes:
        fields: names of the fields of Location that differ.
    """

    brand_id: UUID
    location_ids: tuple[UUID, ...]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class BrandChanged:
    """A brand is not what it was.

    Attributes:
        fields: names of the fields of Brand that differ.
    """

    brand_id: UUID
    fields: frozenset[str]
