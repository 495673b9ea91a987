"""Which templates and campaigns show a picture of the media library."""

from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.models import Brand
from storesync.brands.rights import VIEW_CAMPAIGN, VIEW_TEMPLATE
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, TemplateVersion
from storesync.media.usage import Source, Use

if TYPE_CHECKING:
    from storesync.accounts.models import User


def _drafts(user: "User | None") -> QuerySet[CampaignTemplate]:
    found: QuerySet[CampaignTemplate] = CampaignTemplate.objects.select_related("brand").order_by("name")
    return found if user is None else found.filter(brand__in=Brand.objects.where(user, VIEW_TEMPLATE))


def _versions(user: "User | None") -> QuerySet[TemplateVersion]:
    found: QuerySet[TemplateVersion] = TemplateVersion.objects.select_related("brand", "template")
    found = found.defer("blocks", "variables").order_by("template__name", "-number")
    return found if user is None else found.filter(brand__in=Brand.objects.where(user, VIEW_TEMPLATE))


def _campaigns(user: "User | None") -> QuerySet[LocationCampaign]:
    found = LocationCampaign.objects.select_related("brand", "location").order_by("-created_at")
    return found if user is None else found.visible_to(user, VIEW_CAMPAIGN)


def _template_url(template: CampaignTemplate, brand_slug: str) -> str:
    return reverse("campaigns:template", args=[brand_slug, template.slug])


SOURCES: Final = (
    Source(
        key="template_drafts",
        label=gettext_lazy("Templates being written"),
        rows=_drafts,
        column="draft",
        within="blocks",
        describe=lambda draft: Use(draft.name, _template_url(draft, draft.brand.slug)),
    ),
    Source(
        key="template_versions",
        label=gettext_lazy("Published templates"),
        rows=_versions,
        column="blocks",
        describe=lambda version: Use(str(version), _template_url(version.template, version.brand.slug)),
    ),
    Source(
        key="campaigns",
        label=gettext_lazy("Campaigns"),
        rows=_campaigns,
        column="current_revision__blocks",
        describe=lambda campaign: Use(
            _("%(campaign)s, %(location)s") % {"campaign": campaign.name, "location": campaign.location.name},
            reverse("campaigns:campaign", args=[campaign.brand.slug, campaign.pk]),
        ),
    ),
)
