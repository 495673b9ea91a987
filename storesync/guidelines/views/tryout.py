"""Try-outs: asked for, watched, read, exported."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from storesync.content.owners import describe
from storesync.core.exports import inert
from storesync.core.scoping import in_scope
from storesync.core.tables import PrimaryColumn, Table, TextColumn
from storesync.core.views import FormView, ListView
from storesync.guidelines.actions import start_try_out
from storesync.guidelines.describing import kind_name, region_names, sentence
from storesync.guidelines.forms import TryOutForm
from storesync.guidelines.models import GuidelineVersion, Outcome, TryOut, TryOutHit
from storesync.guidelines.rules import read_rules
from storesync.guidelines.tryout import hits_of
from storesync.guidelines.views.base import WritingPage

POLL = 2
"""Seconds after which the page of a running try-out asks again."""


class TryOutListView(WritingPage, FormView):
    """Ask for a try-out, and find those of late."""

    template_name = "guidelines/try_outs.html"
    form_class = TryOutForm
    tab = "try_outs"

    def get_form_kwargs(self) -> dict[str, Any]:
        numbers = GuidelineVersion.objects.order_by("-number").values_list("number", flat=True)[:50]
        return super().get_form_kwargs() | {"versions": list(numbers)}

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.request.GET.get("version", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tries = TryOut.objects.select_related("job", "asked_by", "version", "base").defer("rules", "by_rule")
        return super().get_context_data(**kwargs) | {"tries": list(tries.order_by("-created_at")[:5])}

    def perform(self, form: TryOutForm) -> HttpResponse:
        given = form.cleaned_data
        version = None
        if given["version"]:
            version = GuidelineVersion.objects.filter(number=given["version"]).first()
        made = start_try_out(
            brand=self.request.brand,
            actor=self.request.user,
            version=version,
            most=given["most"],
            since=given["since"],
        )
        return redirect(self.url("try_out", made.pk))


class HitFilter(django_filters.FilterSet):
    """Campaigns of a try-out by what would change, and by rule."""

    outcome = django_filters.MultipleChoiceFilter(label=gettext_lazy("What changes"), choices=Outcome.choices)
    rule = django_filters.CharFilter(label=gettext_lazy("Rule"), method="by_rule")

    class Meta:
        model = TryOutHit
        fields = ("outcome",)

    def by_rule(self, queryset: QuerySet[TryOutHit], name: str, value: str) -> QuerySet[TryOutHit]:
        return queryset.filter(rule_ids__contains=[value])


class HitTable(Table):
    """Campaigns about which the tried rules say something."""

    revision = PrimaryColumn(
        verbose_name=gettext_lazy("Campaign"), accessor="name", linkify=lambda record: record.url or None
    )
    location = TextColumn(verbose_name=gettext_lazy("Store"), accessor="revision__location", p=3)
    outcome = TextColumn(verbose_name=gettext_lazy("What changes"), accessor="get_outcome_display", p=2)
    findings = TextColumn(verbose_name=gettext_lazy("Findings"), accessor="said", p=3, orderable=False)

    class Meta(Table.Meta):
        model = TryOutHit
        fields = ("revision", "location", "outcome", "findings")
        orderable = False


class TryOutMixin(WritingPage):
    """One try-out of the brand."""

    tab = "try_outs"
    try_out: TryOut

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.check_permission()
        found = TryOut.objects.select_related("job__brand", "asked_by", "version", "base")
        self.try_out = get_object_or_404(found, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)


class TryOutView(TryOutMixin, ListView):
    """What a try-out found: numbers, rule by rule, campaign by campaign."""

    template_name = "guidelines/try_out.html"
    fragment_template_name = "components/results.html"
    table_class = HitTable
    filterset_class = HitFilter
    default_order = ("outcome", "-pk")

    def get_template_names(self) -> list[str]:
        if self.wants_fragment and "progress" in self.request.GET:
            return ["guidelines/_try_out_progress.html"]
        return super().get_template_names()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if self.wants_fragment and "progress" in request.GET and self.try_out.done_at:
            # Who watched it to the end sees what was found without asking.
            response["HX-Refresh"] = "true"
        return response

    def get_queryset(self) -> QuerySet[TryOutHit]:
        found: QuerySet[TryOutHit] = hits_of(self.try_out)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        named(context["page"].rows)
        try_out = self.try_out
        return context | {
            "page_title": _("Try-out"),
            "empty_template": "guidelines/_try_out_empty.html",
            "try_out": try_out,
            "job": try_out.job,
            "every": POLL,
            "poll_url": f"{self.request.path}?progress=1",
            "per_rule": per_rule(try_out),
            "draft_now": self.found.draft == try_out.rules,
        }


class TryOutExportView(TryOutMixin, generic.View):
    """All campaigns of a try-out as CSV."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        lines = in_scope(_lines(self.try_out))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="try-out.csv"'
        return response


def per_rule(try_out: TryOut) -> list[dict[str, Any]]:
    """Each rule that found something, the most new findings first."""
    rules = {rule.id: rule for rule in read_rules(try_out.rules)}
    names = region_names(rules.values())
    rows = [
        {
            "id": rule_id,
            "name": kind_name(rules[rule_id].kind),  # type: ignore[attr-defined]
            "sentence": sentence(rules[rule_id], names),
            "level": rules[rule_id].level,
            **counts,
        }
        for rule_id, counts in try_out.by_rule.items()
        if rule_id in rules
    ]
    return sorted(rows, key=lambda row: (-row["new"], -row["hits"]))


def named(hits: list[Any]) -> None:
    """Give each campaign of a page its name and address, told by its owner, and its findings in words."""
    owners = describe(hit.revision for hit in hits)
    for hit in hits:
        owner = owners.get(hit.revision_id)
        hit.name = owner.name if owner else hit.revision.rendered_subject
        hit.url = owner.url if owner else ""
        hit.said = " ".join(dict.fromkeys(finding["message"] for finding in hit.findings))


_CHUNK = 500


def _lines(try_out: TryOut) -> Iterator[str]:
    """The CSV, line by line. A cell that a spreadsheet would compute begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Campaign"),
            _("Store"),
            _("Store number"),
            _("What changes"),
            _("Level"),
            _("Rule"),
            _("New"),
            _("Finding"),
            _("How to mend it"),
        ]
    )
    hits = list(hits_of(try_out).order_by("outcome", "-pk").values_list("pk", flat=True))
    for start in range(0, len(hits), _CHUNK):
        chunk = list(hits_of(try_out).filter(pk__in=hits[start : start + _CHUNK]).order_by("outcome", "-pk"))
        named(chunk)
        for hit in chunk:
            place = hit.revision.location
            head = [hit.name, place.name, place.store_number, hit.get_outcome_display()]
            for one in hit.findings or [{}]:
                tail = [one.get("level", ""), one.get("rule", ""), _("yes") if one.get("new") else ""]
                tail += [one.get("message", ""), one.get("mend", "")]
                writer.writerow([inert(cell) for cell in (*head, *tail)])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()
