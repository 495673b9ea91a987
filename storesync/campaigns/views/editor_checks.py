"""The checks of a template's draft: beside its fields, before it is published, and on a page of their own."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from storesync.brands.models import Brand
from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.checking import StoreFinding, findings_of_draft
from storesync.campaigns.models import CampaignTemplate
from storesync.campaigns.views.template import TemplateMixin
from storesync.content.block_words import place_name
from storesync.content.checks import Finding
from storesync.core.views import DetailView

_LINES = ("subject", "preheader")


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """What a check says about a draft, as its pages show it.

    Attributes:
        place: the block and the field in words; "" where no one field mends it. url: the editor, open there.
        said: what is wrong, without the place.
        stores: the names of those it is about; none where it is about all.
        insert: the rule whose words a button puts in; "" where there is nothing to put in.
    """

    told: StoreFinding
    place: str
    url: str
    said: str

    @property
    def finding(self) -> Finding:
        """What the check found."""
        return self.told.finding

    @property
    def stores(self) -> list[str]:
        """The stores that have it, where not all do."""
        return [] if self.told.everywhere else self.told.stores

    @property
    def insert(self) -> str:
        """The rule whose words can be put in."""
        return self.finding.rule if self.finding.insert else ""


def draft_checks(template: CampaignTemplate, brand: Brand, edit_url: str) -> list[DraftCheck]:
    """All checks of a template's draft, errors first.

    Args:
        edit_url: of the template's editor.
    """
    kinds = {one["id"]: one["type"] for one in template.draft["blocks"]}
    return [_shown(one, kinds, edit_url) for one in findings_of_draft(template, template.draft, brand)]


def _shown(one: StoreFinding, kinds: dict[str, str], edit_url: str) -> DraftCheck:
    block_id, field = one.finding.block_id, one.finding.field
    name = field.partition(".")[0]
    place = url = ""
    if block_id in kinds:
        place = place_name(kinds[block_id], field)
        url = f"{edit_url}?{urlencode({'block': block_id})}" + (f"#id_block-{name}" if name else "")
    elif not block_id and name in _LINES:
        place = place_name("", name)
        url = f"{edit_url}?part=lines#id_lines-{name}"
    # Guidelines begin with the place, for pages that do not name it.
    return DraftCheck(one, place, url, one.finding.message.removeprefix(f"{place}: "))


class TemplateChecksView(TemplateMixin, DetailView[CampaignTemplate]):
    """What all checks say about the draft, for the store of each region that is hardest to fit (Rule T4)."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_checks.html"
    fragment_template_name = "campaigns/_editor_checks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edit_url = self.url("template_edit")
        return super().get_context_data(**kwargs) | {
            "page_title": self.object.name,
            "found": draft_checks(self.object, self.request.brand, edit_url),
            "edit_url": edit_url,
        }
