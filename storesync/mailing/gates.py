"""Questions that the floors above answer before anything is sent (Rules A3, S4).

The engine asks at every claim. Whoever hands in batches of a kind registers its gate in `AppConfig.ready`; a
marketing batch of a kind that has none is never sent.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from storesync.mailing.models import Batch

Gate = Callable[["Batch"], str | None]
_gates: dict[str, Gate] = {}


def register_gate(source_kind: str, gate: Gate) -> None:
    """Ask `gate(batch)` about batches of this kind: None to go on, or why not, in words for people."""
    _gates[source_kind] = gate


def ask_gate(batch: "Batch") -> str | None:
    """Why this batch may not be sent now; None when it may."""
    gate = _gates.get(batch.source_kind)
    if gate is not None:
        return gate(batch)
    if batch.mail_class == "marketing":
        return _("Nobody vouches for mail of this kind.")
    return None
