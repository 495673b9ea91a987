"""The one question about rights, asked here and answered by the brands app.

Rights are held on brands, regions and locations, which this floor does not know; `brands` registers its
answer in `AppConfig.ready`. Nothing else in the project asks guardian or Django's own permissions.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

if TYPE_CHECKING:
    from storesync.accounts.models import User

SIGNED_IN: Final = "signed-in"
"""The right that every signed-in person has: pages that show only what is their own."""

ADMIN: Final = "admin"
"""The right that only Admins have: what concerns the company and not one brand."""

MANAGE_BRAND: Final = "manage_brand"
"""The one right of the brands' floor that this floor knows by name: to see every long task of the brand."""


class Authority(Protocol):
    """Who answers questions about rights."""

    def can(self, user: "User", right: str, target: Any) -> bool:
        """Whether the person holds the right on this very object."""
        ...

    def holds(self, user: "User", right: str, brand: Any) -> bool:
        """Whether the person holds the right on the brand or on anything in it."""
        ...

    def roles_of(self, user: "User", brand_id: UUID) -> Iterable[str]:
        """The roles that the person has in the brand now; may be a query, to be part of another one."""
        ...

    def role_names(self) -> Mapping[str, str]:
        """Every role, and what a group of people with it is called."""
        ...

    def changed_since(self, user: "User", brand: Any, moment: datetime) -> bool:
        """Whether what the person may do in the brand was changed after the moment, or has ended since."""
        ...


class _Unanswered:
    def can(self, user: "User", right: str, target: Any) -> bool:
        raise RuntimeError("no authority on rights is registered")

    def holds(self, user: "User", right: str, brand: Any) -> bool:
        raise RuntimeError("no authority on rights is registered")

    def roles_of(self, user: "User", brand_id: UUID) -> Iterable[str]:
        raise RuntimeError("no authority on rights is registered")

    def role_names(self) -> Mapping[str, str]:
        raise RuntimeError("no authority on rights is registered")

    def changed_since(self, user: "User", brand: Any, moment: datetime) -> bool:
        raise RuntimeError("no authority on rights is registered")


_authority: Authority = _Unanswered()


def register_authority(authority: Authority) -> None:
    """Let this object answer from now on."""
    global _authority  # noqa: PLW0603 - set once, when the apps are ready
    _authority = authority


def can(user: "User | AnonymousUser", right: str, target: Any) -> bool:
    """Whether an active person holds `right` on a brand, region, location or what belongs to one."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return False
    return right == SIGNED_IN or _authority.can(user, right, target)


def holds(user: "User | AnonymousUser", right: str, brand: Any) -> bool:
    """Whether an active person holds `right` anywhere in `brand`."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return False
    return right == SIGNED_IN or _authority.holds(user, right, brand)


def roles_of(user: "User", brand_id: UUID) -> Iterable[str]:
    """The roles that a person has in a brand now; may be a query, to be part of another one."""
    return _authority.roles_of(user, brand_id)


def role_names() -> Mapping[str, str]:
    """Every role, and what a group of people with it is called."""
    return _authority.role_names()


def changed_since(user: "User", brand: Any, moment: datetime) -> bool:
    """Whether what a person may do in `brand` was changed after `moment`, or has ended since (Rule A10)."""
    return _authority.changed_since(user, brand, moment)
