"""Versions: published, compared, switched on and off, made the draft again; and the history of it all."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import generic

from storesync.core.changes import history_of
from storesync.core.errors import ActionRefused
from storesync.core.views import FormView, ObjectMixin
from storesync.guidelines.actions import (
    DraftMoved,
    publish_version,
    switch_off,
    switch_on,
    take_version_back,
)
from storesync.guidelines.forms import PublishForm
from storesync.guidelines.models import GuidelineVersion, TryOut
from storesync.guidelines.rules import RulesInvalid
from storesync.guidelines.views.base import GuidelineTemplateView, WritingPage, changes_between

SHOWN = 50
"""Entries of the history that its page lists."""


class PublishView(WritingPage, FormView):
    """Make the draft a version, and switch it on if that is wanted."""

    template_name = "guidelines/publish.html"
    form_class = PublishForm
    tab = "draft"

    def get_initial(self) -> dict[str, Any]:
        return {"draft_number": self.found.draft_number, "switch_on": True}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tried = TryOut.objects.filter(draft_number=self.found.draft_number, done_at__isnull=False)
        return super().get_context_data(**kwargs) | {
            "page_title": _("Publish the guidelines"),
            "changes": changes_between(self.newest.rules if self.newest else [], self.found.draft),
            "tried": tried.order_by("-created_at").first(),
            "cancel_url": self.url("draft"),
            "submit_label": _("Publish"),
            "tabs": [],
        }

    def perform(self, form: PublishForm) -> HttpResponse:
        given, actor, brand = form.cleaned_data, self.request.user, self.request.brand
        try:
            version = publish_version(
                brand=brand, draft_number=given["draft_number"], actor=actor, notes=given["notes"]
            )
        except RulesInvalid as invalid:
            raise ActionRefused(invalid.errors[0].message) from invalid
        words = _("Version %(number)d is published.")
        if given["switch_on"]:
            switch_on(version=version, actor=actor)
            words = _("Version %(number)d is published and in force.")
        messages.success(self.request, words % {"number": version.number})
        return redirect(self.url("versions"))


class VersionsView(GuidelineTemplateView):
    """All versions, and the difference of any two, or of one and the draft."""

    template_name = "guidelines/versions.html"
    tab = "versions"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        saved = not self.found._state.adding
        versions: list[GuidelineVersion] = (
            list(self.found.versions.select_related("author")[:200]) if saved else []
        )
        by_number = {str(version.number): version.rules for version in versions}
        if self.may_write:
            by_number["draft"] = self.found.draft
        before, after = self.request.GET.get("before", ""), self.request.GET.get("after", "")
        compared = before in by_number and after in by_number
        return super().get_context_data(**kwargs) | {
            "versions": versions,
            "choices": [(str(v.number), _("Version %(number)d") % {"number": v.number}) for v in versions],
            "before": before,
            "after": after,
            "compared": compared,
            "changes": changes_between(by_number[before], by_number[after]) if compared else [],
        }


class VersionMixin(ObjectMixin[GuidelineVersion]):
    """A version by its number."""

    slug_field = "number"
    url_kwarg = "number"

    def get_queryset(self) -> QuerySet[GuidelineVersion]:
        found: QuerySet[GuidelineVersion] = GuidelineVersion.objects.select_related("brand")
        return found


class SwitchOnView(WritingPage, VersionMixin, generic.TemplateView):
    """Asked once more, with what changes; then the version is in force."""

    template_name = "guidelines/switch_on.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version, before = self.object, self.found.in_force
        tried = TryOut.objects.filter(done_at__isnull=False, rules=version.rules)
        return super().get_context_data(**kwargs) | {
            "page_title": _("Switch on version %(number)d") % {"number": version.number},
            "question": _("Hold every message against version %(number)d from now on?")
            % {"number": version.number},
            "verb": _("Switch on"),
            "tone": "primary",
            "cancel_url": self.url("versions"),
            "version": version,
            "before": before,
            "changes": changes_between(before.rules, version.rules) if before else [],
            "tried": tried.order_by("-created_at").first(),
            "tabs": [],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        switch_on(version=self.object, actor=self.request.user)
        messages.success(request, _("Version %(number)d is in force.") % {"number": self.object.number})
        return redirect(self.url("overview"))


class SwitchOffView(WritingPage, generic.TemplateView):
    """Asked once more; then no guidelines are in force."""

    template_name = "guidelines/switch_off.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Switch the guidelines off"),
            "question": _("Hold messages against no guidelines any more?"),
            "verb": _("Switch off"),
            "tone": "danger",
            "cancel_url": self.url("overview"),
            "tabs": [],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            switch_off(brand=self.request.brand, actor=self.request.user)
        except ActionRefused as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("The guidelines are off."))
        return redirect(self.url("overview"))


class TakeBackView(WritingPage, VersionMixin, generic.View):
    """Make a version the draft again."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            take_version_back(
                version=self.object, draft_number=self.found.draft_number, actor=self.request.user
            )
        except RulesInvalid as invalid:
            messages.error(request, invalid.errors[0].message)
            return redirect(self.url("versions"))
        except DraftMoved as moved:
            messages.error(request, moved.message)
            return redirect(self.url("draft"))
        messages.success(
            request, _("Version %(number)d is the draft again.") % {"number": self.object.number}
        )
        return redirect(self.url("draft"))


class HistoryView(GuidelineTemplateView):
    """Who wrote, published and switched what, and when."""

    template_name = "guidelines/history.html"
    tab = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"events": self._events()}

    def _events(self) -> list[dict[str, Any]]:
        if self.found._state.adding:
            return []
        rows = list(self.found.history.order_by("-pgh_id")[: SHOWN + 1])  # type: ignore[attr-defined]
        versions = list(self.found.versions.select_related("author").defer("rules")[:SHOWN])
        numbers = {version.pk: version.number for version in versions}
        events: list[dict[str, Any]] = []
        for place, change in enumerate(history_of(self.found, limit=SHOWN)):
            row, older = rows[place], rows[place + 1] if place + 1 < len(rows) else None
            drafts = (older.draft if older else [], row.draft)
            note = ""
            if row.in_force_id and (older is None or older.in_force_id != row.in_force_id):
                number = numbers.get(row.in_force_id)
                note = _("Version %(number)d") % {"number": number} if number else ""
            changes = changes_between(*drafts) if drafts[0] != drafts[1] else []
            if note or changes or (older and older.in_force_id != row.in_force_id):
                events.append(
                    {
                        "icon": "history",
                        "title": change.verb,
                        "who": change.actor.display_name if change.actor else "",
                        "at": change.when,
                        "note": note,
                        "changes": changes,
                    }
                )
        events += [
            {
                "icon": "guidelines",
                "title": _("published version %(number)d") % {"number": version.number},
                "who": version.author.display_name if version.author else "",
                "at": version.created_at,
                "note": version.notes,
                "changes": [],
            }
            for version in versions
        ]
        return sorted(events, key=lambda event: event["at"], reverse=True)[:SHOWN]
