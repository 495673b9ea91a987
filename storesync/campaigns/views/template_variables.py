"""The page of the variables that a template declares."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.actions.template import save_draft
from storesync.campaigns.forms.blocks import place_of
from storesync.campaigns.forms.variables import (
    MOST,
    VariableForm,
    VariableFormSet,
    rows_typed,
    variable_formset,
)
from storesync.campaigns.models import CampaignTemplate
from storesync.campaigns.views.editor_parts import variable_groups
from storesync.campaigns.views.previews import number_of
from storesync.campaigns.views.template import TemplateMixin
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.views import ObjectFormView


class TemplateVariablesView(TemplateMixin, ObjectFormView[CampaignTemplate]):
    """The variables that a template declares.

    Rows are added and taken out by buttons that show the form again with what was typed; Save writes.
    """

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_variables.html"
    problems: list[str]

    def get_form(self, form_class: Any = None) -> VariableFormSet:
        self.problems = []
        if self.request.method == "POST":
            return variable_formset(self.request.POST)
        declared = [VariableForm.initial_of(one) for one in self.object.draft.get("variables", [])]
        return variable_formset(rows=declared or [{}])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        schema = self.request.brand.attribute_schema
        return super().get_context_data(**kwargs) | {
            "page_title": _("Variables of “%(name)s”") % {"name": self.object.name},
            "standard": variable_groups([], {}),
            "attributes": [one["key"] for one in schema if isinstance(one, Mapping) and "key" in one],
            "brand_values": self.request.brand.template_values,
            "cancel_url": self.url("template_edit"),
            "problems": self.problems,
            "full": len(kwargs["form"].forms) >= MOST if "form" in kwargs else False,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = rows_typed(request.POST)
        if "remove" in request.POST:
            gone = number_of(request.POST["remove"])
            rows = [row for place, row in enumerate(rows) if place != gone and row]
        elif "add" in request.POST:
            rows = [*filter(None, rows), {}][:MOST]
        else:
            return super().post(request, *args, **kwargs)
        self.problems = []
        form = variable_formset(rows=rows or [{}])
        return self.render_to_response(self.get_context_data(form=form))

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            save_draft(
                template=self.object,
                draft=self.object.draft | {"variables": form.declared()},
                draft_number=number_of(self.request.POST.get("draft_number", "")),
                actor=self.request.user,
            )
        except ContentInvalid as invalid:
            self.problems = [place_of(error) for error in invalid.errors]
            return self.render_to_response(self.get_context_data(form=form), status=422)
        except ActionRefused as refusal:
            self.problems = [refusal.message]
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(self.request, _("Variables saved."))
        return redirect(self.url("template_edit"))
