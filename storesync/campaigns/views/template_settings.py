"""A template as a whole: its settings, a copy of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.actions.template import duplicate_template, edit_template
from storesync.campaigns.forms.blocks import place_of
from storesync.campaigns.forms.template import SettingsForm
from storesync.campaigns.models import CampaignTemplate
from storesync.campaigns.views.template import TemplateMixin
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.once import key_in
from storesync.core.views import ActionView, VersionedFormView


class TemplateSettingsView(TemplateMixin, VersionedFormView[CampaignTemplate]):
    """Name, type and description of a template."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_settings.html"
    form_class = SettingsForm
    success_message = gettext_lazy("Settings saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Settings of “%(name)s”") % {"name": self.object.name},
            "cancel_url": self.url("template_edit"),
        }

    def perform(self, form: SettingsForm) -> HttpResponse:
        edit_template(
            template=self.object,
            actor=self.request.user,
            version=form.cleaned_data["version"],
            changes=form.values(("name", "campaign_type", "description")),
        )
        return redirect(self.url("template_edit"))


class TemplateDuplicateView(TemplateMixin, ActionView[CampaignTemplate]):
    """A copy of a template's draft as a template of its own; its editor comes next."""

    permission = MANAGE_TEMPLATE
    whole_brand = True

    def perform(self) -> HttpResponse:
        try:
            copy = duplicate_template(
                template=self.object, actor=self.request.user, key=key_in(self.request.POST)
            )
        except ContentInvalid as invalid:
            raise ActionRefused(" ".join(place_of(error) for error in invalid.errors)) from invalid
        messages.success(self.request, _("This is the copy. Nothing of it is published yet."))
        return redirect("campaigns:template_edit", self.request.brand.slug, copy.slug)
