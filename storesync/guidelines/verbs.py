"""The audit verbs of this app, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VERBS: "Final[dict[str, _StrPromise]]" = {
    "guidelines.draft_saved": _("saved the draft of the guidelines"),
    "guidelines.published": _("published a version of the guidelines"),
    "guidelines.switched_on": _("switched the guidelines on"),
    "guidelines.switched_off": _("switched the guidelines off"),
    "guidelines.tried_out": _("tried the guidelines out"),
}
