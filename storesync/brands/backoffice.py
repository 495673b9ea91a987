"""The back office, `/backoffice/`: for Admins, and for Brand Managers with the switch, their brand only."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from pghistory.models import Event

from storesync.brands.permissions import may_open_backoffice, power_brands
from storesync.core.backoffice import BackofficeAdmin, HistoryAdmin
from storesync.core.scoping import brand_scope


class BackofficeSite(AdminSite):
    """Django's admin behind our sign-in, with the scope of the brands that the person may work on there."""

    site_header = _("Back office")
    site_title = _("StoreSync back office")
    index_title = _("Everything there is")

    def has_permission(self, request: HttpRequest) -> bool:
        return may_open_backoffice(request.user)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Guard a page, and keep the scope open until it is rendered."""
        guarded = super().admin_view(view, cacheable)

        def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with brand_scope(power_brands(request.user).values_list("pk", flat=True)):
                response: Any = guarded(request, *args, **kwargs)
                if callable(getattr(response, "render", None)):
                    response.render()
                return response  # type: ignore[no-any-return]

        return update_wrapper(scoped, view)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one door: the sign-in of everybody, with its limits and second factor."""
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise PermissionDenied
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's, without the redirect that looks objects up outside of the scope."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def settle(self) -> None:
        """Show every model of ours, and only ours: the admins of other packages write past our actions."""
        for model, found in list(self._registry.items()):
            if not isinstance(found, BackofficeAdmin):
                self.unregister(model)
        for model in apps.get_models():
            if model.__module__.startswith("storesync.") and model not in self._registry:
                self.register(model, HistoryAdmin if issubclass(model, Event) else BackofficeAdmin)
