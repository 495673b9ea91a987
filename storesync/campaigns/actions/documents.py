"""Handing in what templates and campaigns say, for search by meaning.

A template's words are handed in as it is published. Campaigns follow once an hour, a thousand in a statement:
what goes out must not wait for it.
"""

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from storesync.brands.models import Brand
from storesync.campaigns.documents import CAMPAIGN, TEMPLATE, campaign_document, template_document
from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.statuses import Status
from storesync.core.periodic import periodic
from storesync.core.scoping import brand_scope
from storesync.meaning.actions import set_documents
from storesync.meaning.embedders import embedder_for
from storesync.meaning.models import EmbeddedDocument

_AT_ONCE: Final = 1_000
_OUT: Final = (Status.ACTIVE, Status.COMPLETED)


@periodic("campaigns.documents", every=timedelta(hours=1), offset=timedelta(minutes=10))
def fill_every_brand() -> None:
    """Hand in what is missing, brand by brand."""
    for brand in Brand.objects.order_by("pk"):
        with brand_scope([brand.pk]):
            while fill_documents(brand=brand):
                pass


def fill_documents(*, brand: Brand) -> int:
    """Hand in templates and up to 1,000 campaigns whose words, or whose outcome, are not there yet.

    Returns how many were written; idempotent, so it is called until it is nought.
    """
    known = EmbeddedDocument.objects.filter(brand=brand, model=embedder_for(brand.pk).name)
    newest = (
        TemplateVersion.objects.filter(
            ~Exists(known.filter(kind=TEMPLATE, object_id=OuterRef("template_id"))),
            template__archived_at__isnull=True,
        )
        .select_related("template__brand")
        .order_by("template_id", "-number")
        .distinct("template_id")
    )
    campaigns = (
        LocationCampaign.objects.filter(
            ~Exists(known.filter(kind=CAMPAIGN, object_id=OuterRef("pk"), outcome=OuterRef("status"))),
            status__in=_OUT,
        )
        .select_related("brand", "approved_revision", "location__region", "template_version__template")
        .defer("approved_revision__html", "approved_revision__text")
        .order_by("pk")
    )
    documents = [template_document(version) for version in newest[:_AT_ONCE]]
    documents += [campaign_document(campaign) for campaign in campaigns[:_AT_ONCE]]
    return set_documents(brand=brand, documents=documents)
