"""Who owns a revision, told without approvals knowing campaigns."""

from typing import Any

from storesync.campaigns.models import LocationCampaign, Rollout
from storesync.content.models import Revision
from storesync.content.owners import describe
from tests.conftest import Cast


def test_revisions_are_described_by_their_campaigns(
    in_acme: Cast, launched: Rollout, django_assert_num_queries: Any
) -> None:
    revisions = list(Revision.objects.all())
    with django_assert_num_queries(2):  # campaigns, and the first revisions of their roll-out
        found = describe(revisions)
    assert len(found) == 2
    leeds = LocationCampaign.objects.select_related("current_revision").get(location=in_acme.leeds)
    info = found[leeds.current_revision_id]
    assert (info.name, info.wave_id, info.wave_name) == (
        "Winter wave, Leeds Arcade",
        launched.pk,
        "Winter wave",
    )
    assert str(leeds.pk) in info.url
    assert info.base_content is not None
    assert info.base_content.subject == leeds.current_revision.subject
    assert "discount_percentage" in info.base_content.variables


def test_a_revision_whose_owner_is_unknown_is_left_out(in_acme: Cast, launched: Rollout) -> None:
    revision = Revision.objects.first()
    assert revision is not None
    revision.owner_kind = "journey_step"
    assert describe([revision]) == {}
