"""What all pages of AI share: who may open them, and their tabs."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.brands.rights import MANAGE_BRAND
from storesync.core.views import GuardedView


class AiPage(GuardedView):
    """A page of AI. Costs and keys are for Brand Managers alone."""

    permission = MANAGE_BRAND
    whole_brand = True
    tab: ClassVar[str] = ""

    def url(self, name: str, *more: Any) -> str:
        """An address of these pages."""
        return reverse(f"ai:{name}", args=[self.request.brand.slug, *more])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        tabs = [("overview", _("Costs")), ("runs", _("Calls")), ("settings", _("Settings"))]
        return {
            "page_title": _("AI"),
            "tabs": [
                {"label": label, "url": self.url(name), "current": name == self.tab, "count": None}
                for name, label in tabs
            ],
        } | context
