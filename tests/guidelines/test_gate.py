"""The same checks for everybody: errors of guidelines block submission by every way in, warnings do not."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from storesync.approvals.actions import submit
from storesync.approvals.models import Submission
from storesync.approvals.queries import check_submittable, findings_of
from storesync.brands.actions.region import move_region
from storesync.campaigns.actions.rollout import (
    choose_locations,
    create_rollout,
    launch_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import create_template
from storesync.campaigns.actions.template import publish_version as publish_template
from storesync.campaigns.checking import Checks, findings_of_campaign, findings_of_draft, merged
from storesync.campaigns.models import LocationCampaign, Rollout, TemplateVersion
from storesync.campaigns.preflight import fingerprint, open_places, preflight
from storesync.campaigns.statuses import Status
from storesync.content.checks import Finding
from storesync.content.models import Revision
from storesync.content.owners import describe
from storesync.core.errors import ActionRefused
from storesync.media.actions import archive_image
from tests.campaigns.making import DRAFT
from tests.conftest import Cast
from tests.guidelines.conftest import Publish
from tests.guidelines.making import banned, rule
from tests.media.making import library_image
from tests.waves import approve, approved_wave, campaigns_of, hand_in, launched_wave

BACKEND = "django.contrib.auth.backends.ModelBackend"


def drafts(cast: Cast) -> list[LocationCampaign]:
    return campaigns_of(launched_wave(cast))


def test_an_error_blocks_submission_by_the_action(in_acme: Cast, publish: Publish) -> None:
    publish(banned("soon = on Saturday"), on=True)
    leeds, _york = drafts(in_acme)
    with pytest.raises(ActionRefused) as refused:
        submit(revisions=[leeds.current_revision_id], actor=in_acme.north_manager)
    assert refused.value.message == "Text: “soon” is not allowed. Write “on Saturday” instead."
    assert not Submission.objects.exists()


def test_an_error_blocks_submission_by_the_page(in_acme: Cast, publish: Publish, client: Client) -> None:
    publish(banned("soon"), on=True)
    leeds, _york = drafts(in_acme)
    client.force_login(in_acme.north_manager, backend=BACKEND)
    page = client.get(reverse("campaigns:campaign", args=["acme", leeds.pk]))
    assert "Text: “soon” is not allowed." in page.content.decode()
    given = {"campaign": [leeds.pk]}
    asked = client.post(reverse("approvals:submit", args=["acme"]), given)
    assert "“soon” is not allowed" in asked.content.decode(), "the page says why before anybody confirms"
    client.post(reverse("approvals:submit", args=["acme"]), given | {"confirmed": "1"})
    assert not Submission.objects.exists()
    leeds.refresh_from_db()
    assert leeds.status == Status.DRAFT


def test_a_warning_does_not(in_acme: Cast, publish: Publish) -> None:
    publish(banned("soon", level="warning"), on=True)
    leeds, _york = drafts(in_acme)
    assert [(one.level, one.code) for one in findings_of_campaign(leeds)] == [("warning", "banned-words")]
    submit(revisions=[leeds.current_revision_id], actor=in_acme.north_manager)


def test_a_draft_or_a_version_that_is_off_blocks_nothing(in_acme: Cast, publish: Publish) -> None:
    publish(banned("soon"))
    leeds, _york = drafts(in_acme)
    assert findings_of_campaign(leeds) == []
    submit(revisions=[leeds.current_revision_id], actor=in_acme.north_manager)


def test_each_store_of_a_submission_by_its_own_region_and_the_type_of_its_template(
    in_acme: Cast, publish: Publish
) -> None:
    """leeds moves to the south; the rule is for seasonal mails in the north."""
    publish(banned("soon", regions=[str(in_acme.north.pk)], campaign_types=["seasonal"]), on=True)
    leeds, york = drafts(in_acme)
    type(leeds.location).objects.filter(pk=leeds.location_id).update(region=in_acme.south)
    revisions = [leeds.current_revision, york.current_revision]
    problems = check_submittable(revisions, describe(revisions), in_acme.manager)
    assert list(problems) == [york.current_revision_id]
    publish(banned("soon", campaign_types=["event"]), on=True)
    assert check_submittable(revisions, describe(revisions), in_acme.manager) == {}


def test_switching_on_later_does_not_touch_what_is_approved(in_acme: Cast, publish: Publish) -> None:
    leeds, _york = approved_wave(in_acme)
    assert leeds.status != Status.DRAFT
    before = leeds.status, leeds.approved_revision_id
    publish(banned("soon"), on=True)
    leeds.refresh_from_db()
    assert (leeds.status, leeds.approved_revision_id) == before
    assert [one.code for one in findings_of_campaign(leeds)] == ["banned-words"]


def test_who_reviews_sees_what_was_switched_on_meanwhile(in_acme: Cast, publish: Publish) -> None:
    items = hand_in(in_acme, launched_wave(in_acme))
    publish(banned("soon"), on=True)
    revision = Revision.objects.get(pk=items[0].revision_id)
    found = findings_of(revision, describe([revision])[revision.pk])
    assert [(one.level, one.block_id, one.field) for one in found] == [("error", "hello", "text")]
    approve(in_acme, items)  # a person may still approve it, knowing


@pytest.mark.parametrize("on", [True, False])
def test_history_says_which_version_a_submission_was_checked_by(
    in_acme: Cast, publish: Publish, on: bool
) -> None:
    publish(banned("gratis"), on=False)
    publish(banned("umsonst"), on=on)
    leeds, _york = drafts(in_acme)
    [submission] = submit(revisions=[leeds.current_revision_id], actor=in_acme.north_manager)
    event = submission.history.first()  # type: ignore[attr-defined]
    assert event.pgh_context["guidelines"] == (2 if on else None)


@pytest.mark.parametrize("count", [1, 2])
def test_as_many_queries_for_two_as_for_one(
    in_acme: Cast, publish: Publish, count: int, django_assert_max_num_queries: Any
) -> None:
    publish(banned("gratis", regions=[str(in_acme.north.pk)]), on=True)
    revisions = [one.current_revision for one in drafts(in_acme)[:count]]
    owners = describe(revisions)
    with django_assert_max_num_queries(9):
        check_submittable(revisions, owners, in_acme.north_manager)


def test_the_stricter_of_two_findings_about_one_thing_is_told() -> None:
    own = Finding("warning", "subject-long", "ours", "x", "", "subject")
    stricter = Finding("error", "subject-long", "theirs", "x", "", "subject", rule="subject-length")
    milder = Finding("warning", "size", "theirs", "x", rule="mail-size")
    ours = Finding("error", "size", "ours", "x")
    assert merged([own, ours], [stricter, milder]) == [stricter, ours]
    assert merged([], [stricter, Finding("error", "capitals", "y", "x", "", "subject")]) != []


def test_two_words_at_one_place_are_both_told(in_acme: Cast, publish: Publish) -> None:
    publish(banned("soon", "see you"), on=True)
    leeds, _york = drafts(in_acme)
    assert len(findings_of_campaign(leeds)) == 2


# -- templates


def test_a_template_is_checked_for_a_store_of_each_region(in_acme: Cast, publish: Publish) -> None:
    publish(
        banned("soon", regions=[str(in_acme.south.pk)]),
        banned("neighbour", level="warning") | {"id": "all"},
        rule("largest_discount", percent="1"),
        on=True,
    )
    template = create_template(
        brand=in_acme.acme, name="Winter", campaign_type="seasonal", actor=in_acme.manager, draft=DRAFT
    )
    found = findings_of_draft(template, template.draft, in_acme.acme)
    assert [(one.finding.code, one.stores, one.count, one.tried, one.everywhere) for one in found] == [
        ("banned-words", ["Dover Quay"], 1, 2, False),
        ("banned-words", ["York Retail Park", "Dover Quay"], 2, 2, True),
    ]


def test_a_draft_that_cannot_be_compiled_is_told_as_findings(in_acme: Cast) -> None:
    template = create_template(
        brand=in_acme.acme, name="Winter", campaign_type="seasonal", actor=in_acme.manager, draft=DRAFT
    )
    (one,) = findings_of_draft(template, template.draft | {"subject": "{{ nothing }}"}, in_acme.acme)
    assert (one.finding.level, one.finding.field) == ("error", "subject")


def test_checks_of_a_brand_without_guidelines_cost_one_query(
    in_acme: Cast, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert Checks(in_acme.acme, [in_acme.leeds.pk]).guidelines is None


# -- roll-outs, before they are launched


def planned(cast: Cast, **changes: Any) -> Rollout:
    """A roll-out of the usual template, with its changes, to leeds and york; ready to be launched."""
    template = create_template(
        brand=cast.acme, name="Wave", campaign_type="seasonal", actor=cast.manager, draft=DRAFT | changes
    )
    version = publish_template(template=template, actor=cast.manager)
    rollout = create_rollout(template_version=version, actor=cast.manager, name="Wave")
    choose_locations(rollout=rollout, actor=cast.manager, location_ids=[cast.leeds.pk, cast.york.pk])
    set_recipients(rollout=rollout, actor=cast.manager, text="email,store\na@x.example,118\nb@x.example,204")
    return plan_rollout(rollout=rollout, actor=cast.manager, values={"discount_percentage": "20"})


def test_what_no_store_may_mend_blocks_the_launch(in_acme: Cast, publish: Publish) -> None:
    publish(banned("winter"), on=True)
    rollout = planned(in_acme)
    found = preflight(rollout)
    assert (found.locations, found.blocked, found.warned) == (2, 2, 0)
    (problem,) = found.problems
    assert (problem.message, problem.error, problem.others) == (
        "Heading, Text: “Winter” is not allowed.",
        True,
        1,
    )
    with pytest.raises(ActionRefused, match="2 locations have problems"):
        launch_rollout(rollout=rollout, actor=in_acme.manager)


def test_what_stores_may_mend_warns_before_the_launch(in_acme: Cast, publish: Publish) -> None:
    publish(banned("soon", regions=[str(in_acme.north.pk)]), on=True)
    rollout = planned(in_acme)
    found = preflight(rollout)
    assert (found.blocked, found.warned) == (0, 2)
    assert found.problems[0].mend == "Take it out."
    launch_rollout(rollout=rollout, actor=in_acme.manager)


def test_values_of_the_roll_out_are_checked(in_acme: Cast, publish: Publish) -> None:
    publish(rule("largest_discount", percent="15"), on=True)
    assert preflight(planned(in_acme)).blocked == 2


def test_a_check_is_stale_once_other_guidelines_are_in_force(in_acme: Cast, publish: Publish) -> None:
    rollout = planned(in_acme)
    before = fingerprint(rollout)
    publish(banned("gratis"))
    assert fingerprint(rollout) == before
    publish(banned("umsonst"), on=True)
    assert fingerprint(rollout) != before


def test_a_check_is_stale_once_a_picture_left_or_a_region_moved(in_acme: Cast) -> None:
    image = library_image(in_acme.acme, in_acme.manager)
    picture = {"id": "pic", "type": "image", "src": image.address, "alt": "A coat", "locked": True}
    rollout = planned(in_acme, blocks=[*DRAFT["blocks"], picture])
    before = fingerprint(rollout)
    archive_image(image=image, actor=in_acme.manager)
    gone = fingerprint(rollout)
    assert gone != before
    archive_image(image=image, actor=in_acme.manager, undo=True)
    assert fingerprint(rollout) == before
    move_region(region=in_acme.north, parent=in_acme.south, actor=in_acme.manager)
    assert fingerprint(rollout) != before


def test_places_that_stores_may_change() -> None:
    version = TemplateVersion(
        open_fields=["subject"],
        blocks=[
            {"id": "a", "type": "heading", "text": "x", "locked": True},
            {"id": "b", "type": "offer", "value": "1", "rules": {"value": {"locked": True}}},
        ],
    )
    found = open_places(version)
    assert {("", "subject"), ("b", "label")} <= found
    assert not {("", "preheader"), ("a", "text"), ("b", "value")} & found


def test_a_check_of_two_locations_costs_as_many_queries_as_of_one(
    in_acme: Cast, publish: Publish, django_assert_max_num_queries: Any
) -> None:
    publish(banned("gratis", regions=[str(in_acme.north.pk)]), on=True)
    rollout = planned(in_acme)
    with django_assert_max_num_queries(8):
        assert preflight(rollout).locations == 2


def test_a_picture_that_the_library_does_not_have_is_an_error(in_acme: Cast) -> None:
    picture = {"id": "pic", "type": "image", "src": f"media:{'0' * 32}.jpg", "alt": "A coat", "locked": True}
    found = preflight(planned(in_acme, blocks=[*DRAFT["blocks"], picture]))
    assert found.blocked == 2
    assert found.problems[0].message == "The picture is not in the media library, or no longer."
