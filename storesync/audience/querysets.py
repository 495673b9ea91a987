"""Named filters over contacts and the lists that they are in."""

from typing import TYPE_CHECKING, Self

from storesync.audience.addresses import AddressError, read_address
from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.audience.models import AudienceEntry, Contact  # noqa: F401 - used in type arguments


class ContactQuerySet(BrandQuerySet["Contact"]):
    """Contacts by address."""

    def with_address(self, written: str) -> Self:
        """Those of this address, in whichever spelling; none when it is no address."""
        try:
            return self.filter(address=read_address(written).identity)
        except AddressError:
            return self.none()


class EntryQuerySet(BrandQuerySet["AudienceEntry"]):
    """People in lists, by address."""

    def with_address(self, written: str) -> Self:
        """Those of this address, in whichever spelling; none when it is no address."""
        try:
            return self.filter(contact__address=read_address(written).identity)
        except AddressError:
            return self.none()
