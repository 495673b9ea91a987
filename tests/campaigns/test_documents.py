"""What templates and campaigns hand in for search by meaning."""

from typing import Any

from storesync.campaigns.actions import clock
from storesync.campaigns.actions.documents import fill_documents, fill_every_brand
from storesync.campaigns.documents import CAMPAIGN, TEMPLATE
from storesync.campaigns.models import CampaignTemplate, LocationCampaign
from storesync.core.scoping import brand_scope
from storesync.meaning.models import EmbeddedDocument
from storesync.meaning.searching import Filters, search
from storesync.meaning.tasks import embed_due
from tests.conftest import Cast, without_scope
from tests.waves import approved_wave


def test_what_went_out_is_found_by_what_it_says(in_acme: Cast, django_assert_max_num_queries: Any) -> None:
    leeds, york = approved_wave(in_acme)
    template = CampaignTemplate.objects.get()
    assert list(EmbeddedDocument.objects.values_list("kind", "object_id")) == [(TEMPLATE, template.pk)]
    assert fill_documents(brand=in_acme.acme) == 0, "nothing is out yet"
    without_scope(clock.sweep_campaigns)
    assert LocationCampaign.objects.filter(status="active").count() == 2
    EmbeddedDocument.objects.all().delete()  # as before there was a search
    with django_assert_max_num_queries(5):
        assert fill_documents(brand=in_acme.acme) == 3
    without_scope(fill_every_brand)
    assert EmbeddedDocument.objects.count() == 3
    row = EmbeddedDocument.objects.get(object_id=leeds.pk)
    assert (row.kind, row.outcome, row.region_path) == (CAMPAIGN, "active", [in_acme.north.pk])
    assert leeds.approved_revision is not None
    for left_out in ("{{", "}}", "customers.example", "https://"):
        assert left_out not in row.text
    assert row.text.startswith(leeds.name + "\n")
    without_scope(embed_due.run, in_acme.acme.pk)
    found = search(
        brand=in_acme.acme,
        text=leeds.approved_revision.subject,
        kinds=[CAMPAIGN],
        filters=Filters(region_id=in_acme.north.pk, campaign_types=["seasonal"]),
    )
    assert {one.object_id for one in found} == {leeds.pk, york.pk}
    with brand_scope([in_acme.other.pk]):
        assert search(brand=in_acme.other, text=leeds.approved_revision.subject) == []
