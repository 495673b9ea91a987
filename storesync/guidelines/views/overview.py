"""What is in force, in words, and a box to try a sentence in."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from storesync.brands.models import Location
from storesync.content.checks import Finding
from storesync.content.facts import location_facts
from storesync.guidelines.checking import Compiled, Message, Place
from storesync.guidelines.describing import region_names
from storesync.guidelines.forms import TextForm
from storesync.guidelines.queries import compiled
from storesync.guidelines.rules import read_rules
from storesync.guidelines.views.base import GuidelineTemplateView, rows_of

STORES = 200
"""Stores that the box suggests by name."""
OF_A_SENTENCE = frozenset(
    {"banned_words", "largest_discount", "allowed_link_hosts", "subject_length", "subject_emoji", "shouting"}
)
"""Kinds of rules that say something about one sentence; the others need the whole mail."""


class OverviewView(GuidelineTemplateView):
    """The rules in force, as sentences."""

    template_name = "guidelines/overview.html"
    tab = "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.found.in_force
        rules = [rule for rule in read_rules(version.rules) if rule.on] if version else []
        form = kwargs.get("form") or TextForm(brand=self.request.brand, may_write=self.may_write)
        stores = Location.objects.order_by("name").values_list("store_number", "name")[:STORES]
        return super().get_context_data(**kwargs) | {
            "version": version,
            "groups": rows_of(rules, region_names(rules)),
            "form": form,
            "stores": stores,
        }


class TextView(OverviewView):
    """The findings about one sentence; nothing is kept of it."""

    fragment_template_name = "guidelines/_text_result.html"
    http_method_names = ["get", "post", "head", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = TextForm(request.POST, brand=self.request.brand, may_write=self.may_write)
        valid = form.is_valid()
        context = self.get_context_data(
            form=form, tried=valid, findings=self._findings(form) if valid else []
        )
        return self.render_to_response(context, status=200 if valid else 422)

    def _findings(self, form: TextForm) -> list[Finding]:
        given = form.cleaned_data
        if given.get("against") == "draft":
            rules: Compiled | None = Compiled(read_rules(self.found.draft))
        else:
            rules = compiled(self.found.in_force_id) if self.found.in_force_id else None
        if rules is None:
            return []
        location = form.location
        facts = location_facts(location, self.request.brand, ()) if location else {}
        path = tuple(location.region.path) if location and location.region else ()
        language = given["language"] or (facts.get("location_language", "")).lower()
        place = Place(path, language, given["campaign_type"])
        return rules.check(Message.of_sentence(given["words"], given["part"]), place, kinds=OF_A_SENTENCE)
