"""The checks of a template's draft, beside its fields and on a page of their own."""

from typing import Any
from urllib.parse import urlencode

from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.checking import StoreFinding, findings_of_draft
from storesync.campaigns.models import CampaignTemplate
from storesync.campaigns.views.template import TemplateMixin
from storesync.content.blocks import block_type_name, field_name
from storesync.core.views import DetailView


class TemplateChecksView(TemplateMixin, DetailView[CampaignTemplate]):
    """What all checks say about the draft, for the store of each region that is hardest to fit (Rule T4)."""

    permission = MANAGE_TEMPLATE
    whole_brand = True
    template_name = "campaigns/template_checks.html"
    fragment_template_name = "campaigns/_editor_checks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = self.object.draft
        names = {one["id"]: block_type_name(one["type"]) for one in draft["blocks"]}
        found = findings_of_draft(self.object, draft, self.request.brand)
        return super().get_context_data(**kwargs) | {
            "page_title": self.object.name,
            "found": [
                {
                    "finding": one.finding,
                    "stores": [] if one.everywhere else one.stores,
                    "place": _place(one, names),
                    "url": _way(self.url("template_edit"), one, names),
                }
                for one in found
            ],
        }


def _place(one: StoreFinding, names: dict[str, str]) -> str:
    """The block and the field of a finding, in words."""
    finding = one.finding
    field = finding.field.partition(".")[0]
    words = [
        names.get(finding.block_id, ""),
        field_name(field) if finding.block_id or _is_line(field) else "",
    ]
    return ", ".join(word for word in words if word)


def _is_line(field: str) -> bool:
    return field in {"subject", "preheader"}


def _way(edit_url: str, one: StoreFinding, names: dict[str, str]) -> str:
    """Where the editor mends it; "" where no one field does."""
    block_id, field = one.finding.block_id, one.finding.field.partition(".")[0]
    if block_id in names:
        return f"{edit_url}?{urlencode({'block': block_id})}" + (f"#id_block-{field}" if field else "")
    return f"{edit_url}?part=lines#id_lines-{field}" if _is_line(field) else ""
