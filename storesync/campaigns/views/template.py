"""Pages of templates: the list, one template, its frame."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.brands.permissions import can, holds
from storesync.brands.rights import EDIT_CAMPAIGN, MANAGE_ROLLOUT, MANAGE_TEMPLATE, VIEW_TEMPLATE
from storesync.campaigns.actions.template import (
    archive_template,
    create_template,
)
from storesync.campaigns.comparing import version_changes
from storesync.campaigns.forms.template import TemplateForm
from storesync.campaigns.frames import errors_frame
from storesync.campaigns.messages import compile_draft, compile_version, read_variables
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, TemplateVersion, VersionStanding
from storesync.campaigns.queries import Use, draft_differs, used_by
from storesync.campaigns.tables import TemplateFilter, TemplateTable
from storesync.campaigns.views.preview_choice import Choice, choice_of
from storesync.campaigns.views.previews import (
    Panel,
    as_store,
    number_of,
    panel,
    preview_query,
    shown_of,
    store_frame,
)
from storesync.campaigns.views.rollout import visible_rollouts
from storesync.content.rendering import ContentInvalid
from storesync.core.toasts import success_with_undo
from storesync.core.views import ActionView, DetailView, FormView, ListView, ObjectMixin


class TemplateListView(ListView):
    """All templates of the brand."""

    permission = VIEW_TEMPLATE
    template_name = "campaigns/template_list.html"
    fragment_template_name = "components/results.html"
    table_class = TemplateTable
    filterset_class = TemplateFilter
    default_order = ("name",)

    def get_queryset(self) -> QuerySet[CampaignTemplate]:
        newest = TemplateVersion.objects.filter(template=OuterRef("pk")).order_by("-number")
        found: QuerySet[CampaignTemplate] = CampaignTemplate.objects.annotate(
            version_number=Subquery(newest.values("number")[:1]),
            published_at=Max("versions__created_at"),
            rollouts=Count("versions__rollouts", distinct=True),
        )
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Templates"),
            "may_write": can(self.request.user, MANAGE_TEMPLATE, self.request.brand),
            "empty_template": "campaigns/_template_empty.html",
        }


class TemplateCreateView(FormView):
    """Begin a template; the editor comes next."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_form.html"
    form_class = TemplateForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("New template"),
            "cancel_url": reverse("campaigns:templates", args=[self.request.brand.slug]),
            "submit_label": _("Create and write"),
        }

    def perform(self, form: TemplateForm) -> HttpResponse:
        template = create_template(brand=self.request.brand, actor=self.request.user, **form.cleaned_data)
        return redirect("campaigns:template_edit", self.request.brand.slug, template.slug)


class TemplateMixin(ObjectMixin[CampaignTemplate]):
    """A template by its address."""

    slug_field = "slug"
    url_kwarg = "slug"

    def get_queryset(self) -> QuerySet[CampaignTemplate]:
        found: QuerySet[CampaignTemplate] = CampaignTemplate.objects.select_related("brand")
        return found

    def get_object(self) -> CampaignTemplate:
        """The template; to read it the right is needed anywhere in the brand, as it belongs to no store."""
        if self.permission != VIEW_TEMPLATE:
            return super().get_object()
        found = self.get_queryset().filter(slug=self.kwargs["slug"]).first()
        if found is None:
            raise Http404
        return found

    def url(self, name: str = "template", *more: Any) -> str:
        """An address of this template."""
        return reverse(f"campaigns:{name}", args=[self.request.brand.slug, self.object.slug, *more])


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version on the page of its template."""

    version: TemplateVersion
    use: Use
    standing: VersionStanding | None
    in_use: bool


class TemplateDetailView(TemplateMixin, DetailView[CampaignTemplate]):
    """A template: its versions, what changed between them, who uses it, how it looks in a store."""

    permission = VIEW_TEMPLATE
    template_name = "campaigns/template_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, rows = (
            self.request.GET,
            self.object.versions.select_related("author", "template", "standing__replacement__template"),
        )
        versions = list(rows)
        after = _chosen(versions, asked.get("with", ""))
        chosen = _chosen(versions, asked.get("version", "")) if asked.get("version") else after
        before = (
            _chosen(versions, asked["compare"])
            if asked.get("compare")
            else next((one for one in versions if chosen and one.number < chosen.number), None)
        )
        compared = after if asked.get("compare") else chosen
        user, brand = self.request.user, self.request.brand
        choice = choice_of(self.request)
        return super().get_context_data(**kwargs) | {
            "page_title": self.object.name,
            "versions": versions,
            "chosen": chosen,
            "preview": self.preview(chosen, choice) if chosen else None,
            "before": before,
            "compared": compared,
            "changes": version_changes(before, compared) if before and compared else [],
            **self.versions_context(versions, chosen),
            "test_url": self.url("template_test") + preview_query(version=chosen, location=choice.location),
            "may_write": can(user, MANAGE_TEMPLATE, brand),
            "may_roll_out": can(user, MANAGE_ROLLOUT, brand),
            "may_use": holds(user, EDIT_CAMPAIGN, brand),
            "unpublished": not versions or draft_differs(self.object, versions[0]),
        }

    def versions_context(
        self, versions: list[TemplateVersion], chosen: TemplateVersion | None
    ) -> dict[str, Any]:
        """Where each version stands, what was made from it, and what may be done with the chosen one."""
        use = used_by(
            self.object.pk,
            visible_rollouts(self.request),
            LocationCampaign.objects.visible_to(self.request.user),
        )
        standings = {one.pk: getattr(one, "standing", None) for one in versions}
        in_use = next((one for one in versions if not _is_deprecated(standings[one.pk])), None)
        rows = [
            VersionRow(
                one,
                use.get(one.pk, Use()),
                standings[one.pk],
                one == in_use and not self.object.deprecated_at,
            )
            for one in versions
        ]
        older = sum(row.use.drafts for row in rows if chosen and row.version.number < chosen.number)
        saved = number_of(self.request.GET.get("restored", ""))
        return {
            "rows": rows,
            "standing": standings.get(chosen.pk) if chosen else None,
            "older_drafts": older,
            "restored": saved if 0 <= saved == self.object.draft_number - 1 else None,
            "used_by": {
                "rollouts": sum(row.use.rollouts for row in rows),
                "campaigns": sum(row.use.campaigns for row in rows),
            },
        }

    def preview(self, version: TemplateVersion, choice: Choice) -> Panel:
        """The version as any store; it opens on the worst (Rule T4)."""
        variables = read_variables(version.variables)
        rendered = as_store(self.request, compile_version(version), variables, choice)
        sender = choice.location.name if choice.location else self.request.brand.name
        return panel(
            self.request,
            choice,
            shown_of(rendered, choice.persona, sender),
            frame_url=f"{self.url('template_frame')}?version={version.number}",
        )


class TemplateFrameView(TemplateMixin, DetailView[CampaignTemplate]):
    """The message of a version, or of the draft, as a store's customers would see it: a frame's content."""

    permission = VIEW_TEMPLATE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = request.GET.get("version", "")
        version = self.object.versions.filter(number=number_of(number)).first() if number else None
        if number and version is None:
            raise Http404
        if version is None and not can(self.request.user, MANAGE_TEMPLATE, self.request.brand):
            raise PermissionDenied
        try:
            if version is not None:
                message = compile_version(version)
            else:
                message = compile_draft(self.object, self.object.draft, self.request.brand)
        except ContentInvalid as invalid:
            return errors_frame(invalid)
        declared = version.variables if version else self.object.draft.get("variables", [])
        return store_frame(self.request, message, read_variables(declared))


class TemplateArchiveView(TemplateMixin, ActionView[CampaignTemplate]):
    """Archive a template, or bring it back."""

    permission = MANAGE_TEMPLATE
    whole_brand = True

    def perform(self) -> HttpResponse:
        undo = "undo" in self.request.POST or "undo" in self.request.GET
        archive_template(template=self.object, actor=self.request.user, undo=undo)
        if undo:
            messages.success(self.request, _("Brought back."))
        else:
            success_with_undo(self.request, _("Archived."), f"{self.request.path}?undo=1")
        return self.back(self.url())


def _is_deprecated(standing: VersionStanding | None) -> bool:
    return standing is not None and standing.deprecated_at is not None


def _chosen(versions: list[TemplateVersion], number: str) -> TemplateVersion | None:
    if not number:
        return versions[0] if versions else None
    found = next((one for one in versions if str(one.number) == number), None)
    if found is None:
        raise Http404
    return found
