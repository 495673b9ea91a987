"""The drafts of a whole roll-out and the newer version of its template: checked, then moved (Rule T1)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.brands.rights import MANAGE_ROLLOUT
from storesync.campaigns.actions.wave_upgrade import start_wave_upgrade
from storesync.campaigns.actions.wave_work import outcome_of
from storesync.campaigns.comparing import version_changes
from storesync.campaigns.forms.upgrade import WaveUpgradeForm
from storesync.campaigns.messages import ValuesInvalid
from storesync.campaigns.models import Rollout, TemplateVersion
from storesync.campaigns.upgrades import check_wave, missing_variables, wave_version
from storesync.campaigns.views.rollout import RolloutMixin
from storesync.core.errors import ActionRefused
from storesync.core.views import ObjectFormView

SHOWN = 25
"""Campaigns in conflict that the page lists; all are counted."""


class RolloutUpgradeView(RolloutMixin, ObjectFormView[Rollout]):
    """How many drafts could move, how many are in conflict, how many stay; one button moves the first."""

    permission = MANAGE_ROLLOUT
    whole_brand = True
    template_name = "campaigns/rollout_upgrade.html"
    form_class = WaveUpgradeForm
    version: TemplateVersion

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        self.object = self.get_object()
        found = wave_version(self.object)
        if found is None:
            messages.info(request, _("No newer version of the template is offered."))
            return redirect(self.url())
        self.version = found
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        self.found = check_wave(self.object, self.version)
        return super().get_form_kwargs() | {
            "missing": missing_variables(self.version, self.found.problems),
            "values": self.object.values,
            "initial": {"number": self.version.number},
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "page_title": _("Move drafts to version %(number)d") % {"number": self.version.number},
            "version": self.version,
            "found": self.found,
            "conflicting": self.found.conflicting[:SHOWN],
            "changes": version_changes(self.object.template_version, self.version),
            "cancel_url": self.url(),
        }

    def perform(self, form: WaveUpgradeForm) -> HttpResponse:
        if form.cleaned_data["number"] != self.version.number:
            raise ActionRefused(_("Another version is offered meanwhile. Look at what it would change."))
        try:
            upgrade = start_wave_upgrade(
                rollout=self.object, version=self.version, actor=self.request.user, values=form.values()
            )
        except ValuesInvalid as invalid:
            form.take_problems(invalid.problems)
            return self.form_invalid(form)
        if upgrade.job:
            return redirect("jobs:job_detail", self.request.brand.slug, upgrade.job.pk)
        messages.success(self.request, outcome_of(upgrade))
        return redirect(self.url())
