"""What people want to be told by mail: the one place where this asks the notifications."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.brands.models import Brand

WAITING: Final = "approval.waiting"
URGENT: Final = "approval.urgent"


def wanting(people: Iterable[int], kind: str) -> set[int]:
    """Who of these people wants to be told of this kind by mail; everybody as long as nobody can choose."""
    return set(people)


def collected(person: "User", brand: "Brand") -> Sequence[Any]:
    """What else waits for the person's digest of a brand, in words."""
    return ()


def mark_told(notices: Sequence[Any]) -> None:
    """These have been told in a digest."""
