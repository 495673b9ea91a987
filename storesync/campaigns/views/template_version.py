"""Versions of a template: published, offered to drafts, deprecated, made the draft again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.actions.template import publish_version
from storesync.campaigns.actions.version import (
    deprecate_template,
    deprecate_version,
    offer_version,
    restore_draft,
    restore_version,
)
from storesync.campaigns.comparing import as_version, version_changes
from storesync.campaigns.forms.blocks import place_of
from storesync.campaigns.forms.version import DeprecateForm, PublishForm
from storesync.campaigns.models import CampaignTemplate, TemplateVersion
from storesync.campaigns.standing import open_campaigns
from storesync.campaigns.views.editor_checks import draft_checks
from storesync.campaigns.views.previews import number_of
from storesync.campaigns.views.template import TemplateMixin
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.views import ActionView, ObjectFormView


class TemplatePublishView(TemplateMixin, ObjectFormView[CampaignTemplate]):
    """Make the draft a version."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_publish.html"
    form_class = PublishForm

    def get_form_kwargs(self) -> dict[str, Any]:
        self.newest = self.object.versions.first()
        drafts = open_campaigns(self.object.pk).count() if self.newest else 0
        return super().get_form_kwargs() | {"drafts": drafts}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context, edit_url = super().get_context_data(**kwargs), self.url("template_edit")
        return context | {
            "page_title": _("Publish “%(name)s”") % {"name": self.object.name},
            "newest": self.newest,
            "changes": version_changes(self.newest, as_version(self.object.draft)) if self.newest else [],
            "found": draft_checks(self.object, self.request.brand, edit_url),
            "edit_url": edit_url,
            "cancel_url": edit_url,
            "submit_label": _("Publish version %(number)d")
            % {"number": self.newest.number + 1 if self.newest else 1},
        }

    def perform(self, form: PublishForm) -> HttpResponse:
        try:
            version = publish_version(
                template=self.object,
                actor=self.request.user,
                notes=form.cleaned_data["notes"],
                offer=form.offers,
            )
        except ContentInvalid as invalid:
            raise ActionRefused(" ".join(place_of(error) for error in invalid.errors)) from invalid
        messages.success(self.request, _("Version %(number)d is published.") % {"number": version.number})
        return redirect(self.url())


class VersionMixin(TemplateMixin):
    """One version of a template, by its number; writing it is for those of the whole brand."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    version: TemplateVersion

    def get_object(self) -> CampaignTemplate:
        template = super().get_object()
        found = template.versions.select_related("template", "brand").filter(number=self.kwargs["number"])
        version = found.first()
        if version is None:
            raise Http404
        self.version = version
        return template

    def page(self) -> str:
        """The page that shows the version."""
        return f"{self.url()}?version={self.version.number}"


class VersionOfferView(VersionMixin, ActionView[CampaignTemplate]):
    """Offer a version to drafts made from older ones, or stop offering it."""

    def perform(self) -> HttpResponse:
        undo = bool(self.request.POST.get("undo"))
        try:
            offer_version(version=self.version, actor=self.request.user, undo=undo)
        except ActionRefused as refusal:
            messages.error(self.request, refusal.message)
        else:
            messages.success(
                self.request,
                _("It is no longer offered to drafts.") if undo else _("It is offered to drafts now."),
            )
        return self.back(self.page())


class VersionRestoreView(VersionMixin, ActionView[CampaignTemplate]):
    """Make a version the draft again; the page after it has the way back."""

    def perform(self) -> HttpResponse:
        seen = number_of(self.request.POST.get("draft_number", ""))
        try:
            saved = restore_version(version=self.version, draft_number=seen, actor=self.request.user)
        except ContentInvalid as invalid:
            messages.error(self.request, " ".join(place_of(error) for error in invalid.errors))
            return self.back(self.page())
        except ActionRefused as refusal:
            messages.error(self.request, refusal.message)
            return self.back(self.page())
        if saved.draft_number == seen:
            messages.info(self.request, _("The draft is like that already."))
            return self.back(self.page())
        return self.back(f"{self.page()}&restored={seen}")


class DraftRestoreView(TemplateMixin, ActionView[CampaignTemplate]):
    """Bring an earlier draft back: the undo."""

    permission = MANAGE_TEMPLATE
    whole_brand = True

    def perform(self) -> HttpResponse:
        given = self.request.POST
        try:
            restore_draft(
                template=self.object,
                number=number_of(given.get("number", "")),
                draft_number=number_of(given.get("draft_number", "")),
                actor=self.request.user,
            )
        except ContentInvalid as invalid:
            messages.error(self.request, " ".join(place_of(error) for error in invalid.errors))
        except ActionRefused as refusal:
            messages.error(self.request, refusal.message)
        else:
            messages.success(self.request, _("The draft is as it was."))
        return self.back(self.url())


class _DeprecateView(ObjectFormView[CampaignTemplate]):
    """Why, and what to use instead; with `undo` it is taken up again at once."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_deprecate.html"
    form_class = DeprecateForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("undo"):
            self.deprecate(undo=True)
            messages.success(request, _("It can be used again."))
            return redirect(self.after())
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def perform(self, form: DeprecateForm) -> HttpResponse:
        self.deprecate(**form.cleaned_data)
        messages.success(self.request, _("It is deprecated. What is made from it already stays."))
        return redirect(self.after())

    def deprecate(self, **given: Any) -> None:
        """Call the action."""
        raise NotImplementedError

    def after(self) -> str:
        """The page that shows the outcome."""
        raise NotImplementedError


class VersionDeprecateView(VersionMixin, _DeprecateView):
    """Take a version out of use."""

    def get_form_kwargs(self) -> dict[str, Any]:
        instead = TemplateVersion.objects.select_related("template").exclude(pk=self.version.pk)
        instead = instead.filter(template__archived_at__isnull=True).exclude(
            standing__deprecated_at__isnull=False
        )
        return super().get_form_kwargs() | {"instead": instead.order_by("template__name", "-number")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Deprecate “%(name)s”") % {"name": self.version},
            "cancel_url": self.page(),
            "submit_label": _("Deprecate"),
        }

    def deprecate(self, **given: Any) -> None:
        deprecate_version(version=self.version, actor=self.request.user, **given)

    def after(self) -> str:
        return self.page()


class TemplateDeprecateView(TemplateMixin, _DeprecateView):
    """Take a whole template out of use."""

    def get_form_kwargs(self) -> dict[str, Any]:
        instead = CampaignTemplate.objects.current().filter(deprecated_at__isnull=True)
        return super().get_form_kwargs() | {"instead": instead.exclude(pk=self.object.pk)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Deprecate “%(name)s”") % {"name": self.object.name},
            "cancel_url": self.url(),
            "submit_label": _("Deprecate"),
        }

    def deprecate(self, **given: Any) -> None:
        deprecate_template(template=self.object, actor=self.request.user, **given)

    def after(self) -> str:
        return self.url()
