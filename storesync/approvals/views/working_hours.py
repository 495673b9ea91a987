"""Working hours and holidays of the brand, with what "8 working hours from now" means by them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from storesync.approvals.actions.working_hours import save_working_hours
from storesync.approvals.forms.working_hours import WorkingHoursForm
from storesync.approvals.models import ApprovalSettings
from storesync.approvals.views.policy import ApprovalSettingsPage
from storesync.approvals.working_time import WorkingWeek, add_working_hours, read_hours, week_of
from storesync.content.opening_hours import opening_hours_in_words
from storesync.core import formats
from storesync.core.changes import changes_since, history_of
from storesync.core.errors import ActionRefused, StaleVersion
from storesync.core.views import FormView

EXAMPLE: Final = Decimal(8)
"""Working hours of the sentence that shows what they mean."""


class WorkingHours(ApprovalSettingsPage, FormView):
    """When the brand works. "Show" tells what was typed means, before it is saved."""

    form_class = WorkingHoursForm
    template_name = "approvals/working_hours.html"
    tab = "working_hours"

    @cached_property
    def held(self) -> ApprovalSettings:
        """The brand's settings, or the defaults."""
        return ApprovalSettings.of(self.request.brand.pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"held": self.held}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        week = kwargs.pop("week", None) or week_of(self.held, self.request.brand.time_zone)
        hours = kwargs.pop("hours", None) or self.held.working_hours
        saved = not self.held._state.adding
        return super().get_context_data(**kwargs) | {
            "page_title": _("Approval settings"),
            "meaning": meaning(week),
            "in_words": opening_hours_in_words(hours, str(formats.active_locale()).replace("_", "-")),
            "coming": [day for day in sorted(week.days_off) if day >= today_in(week.zone)],
            "changes": history_of(self.held, limit=20) if saved else [],
        }

    def form_valid(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        if "show" in self.request.POST:
            week = WorkingWeek(
                read_hours(given["working_hours"]),
                frozenset(given["holidays"]),
                self.request.brand.time_zone,
            )
            context = self.get_context_data(form=form, week=week, hours=given["working_hours"], tried=True)
            return self.render_to_response(context)
        try:
            save_working_hours(
                brand=self.request.brand,
                working_hours=given["working_hours"],
                holidays=given["holidays"],
                version=given["version"],
                actor=self.request.user,
            )
        except StaleVersion as stale:
            del self.held
            form.renew_version(self.held)
            form.add_error(None, stale.message)
            conflict = changes_since(self.held, stale.since)
            return self.render_to_response(self.get_context_data(form=form, conflict=conflict), status=409)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(self.request, _("Stages that begin from now on count their due times so."))
        return redirect(self.url("working_hours"))


def today_in(zone: str) -> date:
    """Today's date by the brand's clock."""
    return timezone.localdate(timezone=ZoneInfo(zone))


def meaning(week: WorkingWeek, now: datetime | None = None) -> str:
    """ "8 working hours from now are up on …", in the brand's own time."""
    at = add_working_hours(now or timezone.now(), EXAMPLE, week)
    if at is None:
        return _("By these hours nobody ever works, so nothing would ever be due.")
    return _("%(hours)d working hours from now are up on %(day)s at %(time)s (%(zone)s).") % {
        "hours": int(EXAMPLE),
        "day": formats.day(at.astimezone(ZoneInfo(week.zone)).date()),
        "time": at.astimezone(ZoneInfo(week.zone)).strftime("%H:%M"),
        "zone": week.zone,
    }
