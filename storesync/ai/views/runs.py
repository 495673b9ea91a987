"""Calls of models: the list, and one with what was asked and answered."""

import json
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from storesync.ai.models import AiRun
from storesync.ai.tables import RunFilter, RunTable
from storesync.ai.views.base import AiPage
from storesync.ai.wording import cost_words
from storesync.core import formats
from storesync.core.views import DetailView, ListView


class RunListView(AiPage, ListView):
    """Every call of the brand, newest first."""

    template_name = "ai/run_list.html"
    fragment_template_name = "components/results.html"
    table_class = RunTable
    filterset_class = RunFilter
    export_name = "ai-calls"
    tab = "runs"

    def get_queryset(self) -> QuerySet[AiRun]:
        found: QuerySet[AiRun] = AiRun.objects.filter(brand=self.request.brand)
        return found.select_related("actor").defer("request", "answer")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"empty_template": "ai/_run_empty.html"}


class RunView(AiPage, DetailView[AiRun]):
    """One call: what for, by which prompt, with what, what came back, what it cost."""

    template_name = "ai/run_detail.html"
    tab = "runs"

    def get_queryset(self) -> QuerySet[AiRun]:
        found: QuerySet[AiRun] = AiRun.objects.filter(brand=self.request.brand).select_related("actor")
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        asked = run.request or {}
        prompt = f"{run.prompt}, {run.prompt_version}" if run.prompt else ""
        return super().get_context_data(**kwargs) | {
            "page_title": run.purpose_words,
            "instructions": asked.get("instructions", ""),
            "inputs": _pretty(asked.get("inputs")),
            "answer": _pretty(run.answer),
            "facts": [
                {"label": _("For"), "value": run.subject_name},
                {"label": _("Asked by"), "value": run.actor.display_name if run.actor else _("StoreSync")},
                {"label": _("Asked"), "value": formats.moment(run.created_at)},
                {"label": _("Prompt"), "value": prompt},
                {"label": _("Model"), "value": run.model},
                {"label": _("Tries"), "value": formats.number(run.tries)},
                {"label": _("Seconds"), "value": formats.number(round(run.seconds, 1))},
                {"label": _("Tokens in"), "value": formats.number(run.tokens_in)},
                {"label": _("Tokens out"), "value": formats.number(run.tokens_out)},
                {"label": _("Cost"), "value": cost_words(run.cost, assumed=run.cost_assumed)},
                {"label": _("Said by the server"), "value": run.detail},
            ],
        }


def _pretty(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)
