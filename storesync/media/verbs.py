"""The audit verbs of this app, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VERBS: "Final[dict[str, _StrPromise]]" = {
    "media.added": _("added the picture"),
    "media.described": _("changed the words of the picture"),
    "media.archived": _("archived the picture"),
    "media.restored": _("brought the picture back"),
}
