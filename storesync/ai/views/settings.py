"""Settings of AI: on or off, ceiling, key, test of the connection."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from storesync.ai.actions import SETTINGS_FIELDS, remove_key, save_settings, set_key, start_connection_test
from storesync.ai.door import budget
from storesync.ai.door.servers import base_url
from storesync.ai.forms import KeyForm, SettingsForm
from storesync.ai.keys import KeyUnreadable, unseal
from storesync.ai.models import AiSettings
from storesync.ai.views.base import AiPage
from storesync.core.changes import changes_since, history_of
from storesync.core.errors import ActionRefused, StaleVersion
from storesync.core.views import FormView


class SettingsPage(AiPage):
    """A page about the settings of the brand."""

    tab = "settings"

    @cached_property
    def found(self) -> AiSettings:
        """The settings as they are saved, or as everybody begins."""
        return budget.settings_of(self.request.brand)


class SettingsView(SettingsPage, FormView):
    """What AI may do and cost; the key beside it."""

    template_name = "ai/settings.html"
    form_class = SettingsForm
    success_message = gettext_lazy("The AI settings are saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.found}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        return super().get_context_data(**kwargs) | {
            "found": found,
            "key_state": key_state(found),
            "server": base_url(),
            "model": settings.OPENAI_MODEL,
            "embedding_model": settings.OPENAI_EMBEDDING_MODEL,
            "changes": [] if found._state.adding else history_of(found, limit=10),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except StaleVersion as stale:
            del self.found
            form.renew_version(self.found)
            form.add_error(None, stale.message)
            since = changes_since(self.found, stale.since)
            return self.render_to_response(self.get_context_data(form=form, conflict=since), status=409)

    def perform(self, form: SettingsForm) -> HttpResponse:
        save_settings(
            brand=self.request.brand,
            actor=self.request.user,
            values=form.values(SETTINGS_FIELDS),
            version=form.cleaned_data["version"],
        )
        return redirect(self.url("settings"))


class KeyView(SettingsPage, FormView):
    """Set or replace the brand's key."""

    template_name = "ai/key_form.html"
    form_class = KeyForm
    success_message = gettext_lazy("The key is saved. Test the connection now.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Key of the brand"),
            "cancel_url": self.url("settings"),
            "submit_label": _("Save the key"),
            "found": self.found,
            "tabs": [],
        }

    def perform(self, form: KeyForm) -> HttpResponse:
        set_key(brand=self.request.brand, actor=self.request.user, key=form.cleaned_data["key"])
        return redirect(self.url("settings"))


class KeyRemoveView(SettingsPage, generic.TemplateView):
    """Asked once more; then the brand has no key of its own."""

    template_name = "ai/key_remove.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Remove the key"),
            "question": _("Remove the brand's key?"),
            "verb": _("Remove the key"),
            "tone": "danger",
            "cancel_url": self.url("settings"),
            "company_key": bool(settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL),
            "tabs": [],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            remove_key(brand=self.request.brand, actor=self.request.user)
        except ActionRefused as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("The key is removed."))
        return redirect(self.url("settings"))


class ConnectionTestView(SettingsPage, generic.View):
    """Ask the model one small question; its Job tells the result."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            job = start_connection_test(brand=self.request.brand, actor=self.request.user)
        except ActionRefused as refusal:
            messages.warning(request, refusal.message)
            return redirect(self.url("settings"))
        return redirect(job.get_absolute_url())


def key_state(found: AiSettings) -> dict[str, str]:
    """Which key is used, as a badge: words, tone, shape."""
    if found.encrypted_key:
        try:
            unseal(found.encrypted_key, found.brand_id)
        except KeyUnreadable:
            return {"words": _("Not readable: enter it anew"), "tone": "danger", "shape": "cross"}
        return {"words": _("Key of the brand"), "tone": "success", "shape": "tick"}
    if settings.OPENAI_API_KEY:
        return {"words": _("Key of the company"), "tone": "success", "shape": "tick"}
    if settings.OPENAI_BASE_URL:
        return {"words": _("Server without a key"), "tone": "success", "shape": "tick"}
    return {"words": _("No key"), "tone": "warning", "shape": "triangle"}
