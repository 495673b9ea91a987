"""Drafts move to another version of their template, approved and later campaigns stay (Rule T1)."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction

from storesync.campaigns.actions.edit import EditConflict, edit_campaign
from storesync.campaigns.actions.template import create_template, publish_version, save_draft
from storesync.campaigns.actions.upgrade import decline_upgrade, upgrade_campaign, upgrade_campaigns
from storesync.campaigns.actions.version import deprecate_version, offer_version
from storesync.campaigns.messages import ValuesInvalid
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, TemplateVersion
from storesync.campaigns.standing import offered_version
from storesync.campaigns.statuses import Status
from storesync.content.merge import Choice
from storesync.content.rendering import ContentInvalid
from storesync.core.changes import history_of
from storesync.core.errors import ActionRefused
from storesync.core.scoping import brand_scope
from tests.campaigns.conftest import Changed
from tests.campaigns.making import DRAFT
from tests.campaigns.reviewing import decide, submit
from tests.campaigns.upgrading import MINE, THEIRS, edit, fresh, words_of
from tests.conftest import Cast


def test_a_draft_moves_and_keeps_what_its_store_wrote(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    campaign = edit(campaign, in_acme)
    assert offered_version(campaign) == second
    before = campaign.current_revision
    upgrade_campaign(campaign=campaign, version=second, actor=in_acme.leeds_manager, seen=campaign.version)
    campaign = fresh(campaign)
    assert campaign.template_version == second
    assert (words_of(campaign, "hello"), words_of(campaign, "head")) == (
        MINE,
        "Deep winter at {{ location_name }}",
    )
    revision = campaign.current_revision
    assert revision.number == before.number + 1 and revision.author == in_acme.leeds_manager
    assert (revision.audience, revision.schedule) == (before.audience, before.schedule)
    assert revision.values == before.values and "Deep winter at Leeds Arcade" in revision.html
    assert revision.content_hash == revision.recompute_hash()
    assert offered_version(campaign) is None
    change = history_of(campaign)[0]
    assert "another version" in change.verb
    moved = next(one for one in change.fields if one.name == "template_version")
    assert (moved.before, moved.after) == ("Winter, version 1", "Winter, version 2")


def test_a_conflict_waits_for_a_decision(
    in_acme: Cast, campaign: LocationCampaign, clashing: TemplateVersion
) -> None:
    campaign = edit(campaign, in_acme)

    def upgrade(**choices: Choice) -> LocationCampaign:
        return upgrade_campaign(
            campaign=campaign,
            version=clashing,
            actor=in_acme.leeds_manager,
            seen=campaign.version,
            choices={key.replace("__", "."): choice for key, choice in choices.items()},
        )

    with pytest.raises(ContentInvalid) as refused:
        upgrade()
    assert [(one.block_id, one.field) for one in refused.value.errors] == [("hello", "text")]
    with pytest.raises(ContentInvalid):
        upgrade(hello__text=Choice("typed", "x" * 201))
    assert fresh(campaign).template_version != clashing
    upgrade(hello__text=Choice("typed", "Hello, late and in Leeds."))
    assert words_of(fresh(campaign), "hello") == "Hello, late and in Leeds."


def test_the_store_may_take_the_templates_words(
    in_acme: Cast, campaign: LocationCampaign, clashing: TemplateVersion
) -> None:
    campaign = edit(campaign, in_acme)
    upgrade_campaign(
        campaign=campaign,
        version=clashing,
        actor=in_acme.leeds_manager,
        seen=campaign.version,
        choices={"hello.text": Choice("theirs")},
    )
    assert words_of(fresh(campaign), "hello") == THEIRS


def test_a_rejected_campaign_moves_and_is_a_draft_again(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver, "rejected", "Shorter.")
    campaign = fresh(campaign)
    assert offered_version(campaign) == second
    upgrade_campaign(campaign=campaign, version=second, actor=in_acme.leeds_manager, seen=campaign.version)
    assert (fresh(campaign).status, fresh(campaign).template_version) == (Status.DRAFT, second)


def test_what_is_in_review_or_approved_stays_and_says_so(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    """Rule T1, and the database holds it against any way in."""
    submit([campaign], in_acme.leeds_manager)
    for words in ("in review", "stays on version 1"):
        campaign = fresh(campaign)
        assert offered_version(campaign) is None
        with pytest.raises(ActionRefused, match=words):
            upgrade_campaign(
                campaign=campaign, version=second, actor=in_acme.leeds_manager, seen=campaign.version
            )
        with pytest.raises(ProgrammingError), transaction.atomic():
            LocationCampaign.objects.filter(pk=campaign.pk).update(template_version=second)
        if campaign.status == Status.PENDING_REVIEW:
            decide([campaign], in_acme.approver)
    assert fresh(campaign).template_version.number == 1


def test_who_may_not_edit_may_not_upgrade(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    for person in (in_acme.approver, in_acme.viewer, in_acme.stranger):
        with pytest.raises(PermissionDenied):
            upgrade_campaign(campaign=campaign, version=second, actor=person, seen=campaign.version)
        with pytest.raises(PermissionDenied):
            upgrade_campaigns(campaigns=[campaign], version=second, actor=person)
        with pytest.raises(PermissionDenied):
            decline_upgrade(campaign=campaign, version=second, actor=person)


def test_the_second_of_two_editors_is_told(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    edit(campaign, in_acme)
    with pytest.raises(EditConflict):
        upgrade_campaign(
            campaign=campaign, version=second, actor=in_acme.leeds_manager, seen=campaign.version
        )


def test_a_version_that_is_not_offered_is_refused(
    in_acme: Cast, campaign: LocationCampaign, publish: Changed
) -> None:
    version = publish(subject="Another at {{ location_name }}")
    assert offered_version(campaign) is None
    with pytest.raises(ActionRefused, match="not offered"):
        upgrade_campaign(campaign=campaign, version=version, actor=in_acme.manager, seen=campaign.version)
    offer_version(version=version, actor=in_acme.manager)
    assert offered_version(campaign) == version
    deprecate_version(version=version, actor=in_acme.manager, reason="Wrong price")
    assert offered_version(campaign) is None
    with pytest.raises(ActionRefused, match="not offered"):
        upgrade_campaign(campaign=campaign, version=version, actor=in_acme.manager, seen=campaign.version)


def test_only_a_newer_version_of_the_same_template(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    other = create_template(
        brand=in_acme.acme, name="Other", campaign_type="event", actor=in_acme.manager, draft=DRAFT
    )
    publish_version(template=other, actor=in_acme.manager)
    save_draft(template=other, draft=DRAFT | {"subject": "Another"}, draft_number=0, actor=in_acme.manager)
    foreign = publish_version(template=other, actor=in_acme.manager, offer=True)
    with pytest.raises(ActionRefused, match="another template"):
        upgrade_campaign(campaign=campaign, version=foreign, actor=in_acme.manager, seen=campaign.version)
    upgrade_campaign(campaign=campaign, version=second, actor=in_acme.manager, seen=campaign.version)
    with pytest.raises(ActionRefused, match="already"):
        upgrade_campaign(campaign=campaign, version=second, actor=in_acme.manager, seen=2)


def test_a_value_that_the_new_version_needs_is_asked_for(
    in_acme: Cast, campaign: LocationCampaign, template: CampaignTemplate, publish: Changed
) -> None:
    """Rule T3: never a gap in a sentence."""
    variables = [
        {"name": "discount_percentage", "label": "Discount", "type": "percent", "maximum": "15"},
        {"name": "landing_page", "label": "Landing page", "type": "url"},
    ]
    version = publish(variables=variables)
    offer_version(version=version, actor=in_acme.manager)
    with pytest.raises(ValuesInvalid) as refused:
        upgrade_campaign(campaign=campaign, version=version, actor=in_acme.manager, seen=campaign.version)
    assert {one.name for one in refused.value.problems} == {"discount_percentage", "landing_page"}
    left = upgrade_campaigns(campaigns=[campaign], version=version, actor=in_acme.manager).left
    assert [one.pk for one, _reason in left] == [campaign.pk]
    values = {"discount_percentage": "15", "landing_page": "https://shop.example/winter"}
    upgrade_campaign(
        campaign=campaign, version=version, actor=in_acme.manager, seen=campaign.version, values=values
    )
    assert fresh(campaign).current_revision.values == values


def test_who_stays_is_not_offered_it_again_until_the_next_version(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion, publish: Changed
) -> None:
    decline_upgrade(campaign=campaign, version=second, actor=in_acme.leeds_manager)
    assert offered_version(fresh(campaign)) is None
    left = upgrade_campaigns(campaigns=[campaign], version=second, actor=in_acme.manager).left
    assert "stay" in left[0][1]
    decline_upgrade(campaign=campaign, version=second, actor=in_acme.leeds_manager, undo=True)
    assert offered_version(fresh(campaign)) == second
    decline_upgrade(campaign=campaign, version=second, actor=in_acme.leeds_manager)
    third = publish(subject="Third at {{ location_name }}")
    offer_version(version=third, actor=in_acme.manager)
    assert offered_version(fresh(campaign)) == third


def test_many_at_once_leave_conflicts_to_their_stores_and_offers_stay_offers(
    in_acme: Cast, campaign: LocationCampaign, clashing: TemplateVersion
) -> None:
    edit(campaign, in_acme)
    york = LocationCampaign.objects.get(location=in_acme.york)
    found = upgrade_campaigns(campaigns=[campaign, york], version=clashing, actor=in_acme.manager)
    assert [one.pk for one in found.moved] == [york.pk]
    assert [(one.pk, "conflict" in reason) for one, reason in found.left] == [(campaign.pk, True)]
    york = fresh(york)
    assert york.template_version == clashing and york.is_offered and york.version == 2
    assert "we are open late" in york.current_revision.text
    assert words_of(fresh(campaign), "hello") == MINE


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_and_an_edit_at_once_lose_nothing(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    barrier, refused = threading.Barrier(2), []

    def run(work: Any) -> None:
        try:
            with brand_scope([in_acme.acme.pk]):
                barrier.wait()
                work()
        except EditConflict as error:
            refused.append(error)
        finally:
            connection.close()

    def upgrade() -> None:
        upgrade_campaign(campaign=campaign, version=second, actor=in_acme.manager, seen=campaign.version)

    def write() -> None:
        edit_campaign(
            campaign=campaign,
            actor=in_acme.leeds_manager,
            version=campaign.version,
            edits={"hello": {"text": MINE}},
        )

    threads = [threading.Thread(target=run, args=[work]) for work in (upgrade, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    now = fresh(campaign)
    assert now.version == 2 and now.current_revision.number == 2
    assert (now.template_version == second) != (words_of(now, "hello") == MINE)
