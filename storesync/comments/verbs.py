"""The audit verbs of this app, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VERBS: "Final[dict[str, _StrPromise]]" = {
    "comment.added": _("commented"),
    "comment.edited": _("edited the comment"),
    "comment.struck_out": _("struck the comment out"),
    "thread.resolved": _("resolved the thread"),
    "thread.reopened": _("reopened the thread"),
    "mention.told": _("told the person mentioned"),
}
