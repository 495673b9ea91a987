"""People in the back office: for Admins."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.accounts.actions import reset_second_factor, switch_off_person, switch_on_person
from storesync.accounts.models import User
from storesync.core.backoffice import BackofficeAdmin
from storesync.core.errors import ActionRefused


@admin.register(User)
class UserAdmin(BackofficeAdmin):
    """Who signs in; people change their own profile, Admins switch accounts off and on."""

    list_display = ("name", "email", "is_active", "is_superuser", "last_login", "date_joined")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("name", "email")
    exclude = ("password", "groups", "user_permissions")
    actions = ("switch_off", "switch_on", "forget_second_factor")

    @admin.action(description=gettext_lazy("Switch the selected accounts off"))
    def switch_off(self, request: Any, queryset: Any) -> None:
        self._each(request, queryset, switch_off_person)

    @admin.action(description=gettext_lazy("Switch the selected accounts on"))
    def switch_on(self, request: Any, queryset: Any) -> None:
        self._each(request, queryset, switch_on_person)

    @admin.action(description=gettext_lazy("Forget the second factor of the selected people"))
    def forget_second_factor(self, request: Any, queryset: Any) -> None:
        self._each(request, queryset, reset_second_factor)

    def _each(self, request: Any, queryset: Any, action: Callable[..., object]) -> None:
        done = 0
        for person in queryset:
            try:
                action(user=person, actor=request.user)
                done += 1
            except ActionRefused as refusal:
                self.message_user(request, f"{person}: {refusal.message}", messages.ERROR)
        self.message_user(request, _("Accounts changed: %(count)d") % {"count": done})
