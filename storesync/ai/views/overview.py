"""What AI costs: this month against its ceiling, and every purpose by month."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.views import generic

from storesync.ai.availability import availability
from storesync.ai.door import budget
from storesync.ai.queries import months_of
from storesync.ai.views.base import AiPage
from storesync.ai.wording import cost_words


class OverviewView(AiPage, generic.TemplateView):
    """Costs of the brand."""

    template_name = "ai/overview.html"
    tab = "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        brand = self.request.brand
        found = budget.settings_of(brand)
        now = budget.budget_of(brand, found.monthly_ceiling)
        return super().get_context_data(**kwargs) | {
            "state": availability(brand, self.request.user),
            "model": settings.OPENAI_MODEL,
            "figures": [
                {"label": _("This month"), "value": cost_words(now.spent)},
                {"label": _("Held for calls that run"), "value": cost_words(now.reserved)},
                {"label": _("Left of the ceiling"), "value": cost_words(now.left)},
                {"label": _("Ceiling for a month"), "value": cost_words(now.ceiling)},
            ],
            "months": [
                {
                    "month": month.month,
                    "runs": month.runs,
                    "failed": month.failed,
                    "cost": cost_words(month.cost, assumed=bool(month.assumed)),
                    "rows": [
                        {
                            "purpose": row.purpose_words,
                            "runs": row.runs,
                            "failed": row.failed,
                            "tokens": row.tokens_in + row.tokens_out,
                            "cost": cost_words(row.cost, assumed=bool(row.assumed)),
                        }
                        for row in month.purposes
                    ],
                }
                for month in months_of(brand)
            ],
        }
