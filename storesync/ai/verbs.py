"""The audit verbs of this app, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VERBS: "Final[dict[str, _StrPromise]]" = {
    "ai.settings_changed": _("changed the AI settings"),
    "ai.key_set": _("set the brand's key"),
    "ai.key_removed": _("removed the brand's key"),
    "ai.key_renewed": _("encrypted the brand's key anew"),
    "ai.connection_tested": _("tested the connection to the model"),
}
