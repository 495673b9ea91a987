"""What history says was done to preferences of notices."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VERBS: "Final[dict[str, _StrPromise]]" = {
    "notice.preferences_changed": _("changed the notification settings"),
}
