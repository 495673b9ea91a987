"""Versions of a template: published, compared."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.actions.template import (
    publish_version,
)
from storesync.campaigns.forms.blocks import place_of
from storesync.campaigns.forms.template import PublishForm
from storesync.campaigns.models import CampaignTemplate
from storesync.campaigns.queries import changes_of, draft_content, template_content, used_by
from storesync.campaigns.views.template import TemplateMixin
from storesync.content.differences import differences
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.views import ObjectFormView


class TemplatePublishView(TemplateMixin, ObjectFormView[CampaignTemplate]):
    """Make the draft a version."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_publish.html"
    form_class = PublishForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newest = self.object.versions.first()
        draft = self.object.draft
        return super().get_context_data(**kwargs) | {
            "page_title": _("Publish “%(name)s”") % {"name": self.object.name},
            "newest": newest,
            "changes": changes_of(differences(template_content(newest), draft_content(draft)))
            if newest
            else [],
            "used_by": used_by(self.object.pk),
            "cancel_url": self.url("template_edit"),
            "submit_label": _("Publish"),
        }

    def perform(self, form: PublishForm) -> HttpResponse:
        try:
            version = publish_version(
                template=self.object, actor=self.request.user, notes=form.cleaned_data["notes"]
            )
        except ContentInvalid as invalid:
            raise ActionRefused(" ".join(place_of(error) for error in invalid.errors)) from invalid
        messages.success(self.request, _("Version %(number)d is published.") % {"number": version.number})
        return redirect(self.url())
