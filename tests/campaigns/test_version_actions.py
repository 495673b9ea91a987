"""Versions are offered, deprecated and made the draft again; they themselves never change (Rule T1)."""

import pytest
from django.core.exceptions import PermissionDenied

from storesync.campaigns.actions.edit import create_campaign
from storesync.campaigns.actions.rollout import create_rollout, launch_rollout
from storesync.campaigns.actions.template import publish_version, save_draft
from storesync.campaigns.actions.version import (
    DraftMoved,
    deprecate_template,
    deprecate_version,
    offer_version,
    restore_draft,
    restore_version,
)
from storesync.campaigns.models import CampaignTemplate, Rollout, TemplateVersion
from storesync.campaigns.standing import offered, usable_versions
from storesync.core.changes import history_of
from storesync.core.errors import ActionRefused
from tests.campaigns.conftest import Changed
from tests.campaigns.making import DRAFT
from tests.conftest import Cast


def now(template: CampaignTemplate) -> CampaignTemplate:
    return CampaignTemplate.objects.get(pk=template.pk)


def test_a_version_is_offered_at_publishing_or_later_and_no_longer(
    in_acme: Cast, version: TemplateVersion, publish: Changed
) -> None:
    second = publish(subject="Second")
    assert not offered().exists()
    offer_version(version=second, actor=in_acme.manager)
    offer_version(version=second, actor=in_acme.manager)
    assert list(offered()) == [second]
    standing = offer_version(version=second, actor=in_acme.manager, undo=True)
    assert not offered().exists()
    assert "ended the offer" in history_of(standing)[0].verb
    template = now(version.template)
    save_draft(template=template, draft=DRAFT, draft_number=template.draft_number, actor=in_acme.manager)
    third = publish_version(template=now(template), actor=in_acme.manager, notes="Back", offer=True)
    assert list(offered()) == [third]


def test_the_first_version_and_a_deprecated_one_are_not_offered(
    in_acme: Cast, version: TemplateVersion, publish: Changed
) -> None:
    with pytest.raises(ActionRefused, match="no older version"):
        offer_version(version=version, actor=in_acme.manager)
    second = publish(subject="Second")
    deprecate_version(version=second, actor=in_acme.manager, reason="Wrong")
    with pytest.raises(ActionRefused, match="deprecated"):
        offer_version(version=second, actor=in_acme.manager)


def test_nothing_new_is_made_from_a_deprecated_version(
    in_acme: Cast, rollout: Rollout, version: TemplateVersion, publish: Changed
) -> None:
    second = publish(subject="Second")
    assert list(usable_versions()) == [second]
    standing = deprecate_version(
        version=second, actor=in_acme.manager, reason=" Wrong price ", replacement=version
    )
    assert standing.deprecated_reason == "Wrong price"
    assert list(usable_versions()) == [version], "the newest that may be used"
    with pytest.raises(ActionRefused, match="Wrong price.*version 1"):
        create_rollout(template_version=second, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="Wrong price"):
        create_campaign(location=in_acme.leeds, template_version=second, actor=in_acme.manager)
    deprecate_version(version=version, actor=in_acme.manager, reason="Old")
    with pytest.raises(ActionRefused, match="deprecated: Old"):
        launch_rollout(rollout=rollout, actor=in_acme.manager)
    deprecate_version(version=second, actor=in_acme.manager, undo=True)
    assert list(usable_versions()) == [second]


def test_a_whole_template_is_deprecated_with_a_reason_and_taken_up_again(
    in_acme: Cast, version: TemplateVersion
) -> None:
    template = version.template
    with pytest.raises(ActionRefused, match="why"):
        deprecate_template(template=template, actor=in_acme.manager, reason="  ")
    with pytest.raises(ActionRefused, match="another template"):
        deprecate_template(template=template, actor=in_acme.manager, reason="x", replacement=template)
    deprecate_template(template=template, actor=in_acme.manager, reason="New look")
    assert not usable_versions().exists()
    with pytest.raises(ActionRefused, match="New look"):
        create_rollout(template_version=version, actor=in_acme.manager)
    deprecate_template(template=template, actor=in_acme.manager, undo=True)
    assert list(usable_versions()) == [version]
    assert now(template).deprecated_reason == ""


def test_a_version_needs_a_reason_and_another_one_in_its_place(
    in_acme: Cast, version: TemplateVersion, publish: Changed
) -> None:
    second = publish(subject="Second")
    with pytest.raises(ActionRefused, match="why"):
        deprecate_version(version=version, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="another version"):
        deprecate_version(version=version, actor=in_acme.manager, reason="x", replacement=version)
    deprecate_version(version=second, actor=in_acme.manager, reason="x")
    with pytest.raises(ActionRefused, match="another version"):
        deprecate_version(version=version, actor=in_acme.manager, reason="x", replacement=second)


def test_a_version_becomes_the_draft_again_and_that_can_be_undone(
    in_acme: Cast, version: TemplateVersion, publish: Changed
) -> None:
    publish(subject="Second at {{ location_name }}")
    before = now(version.template)
    restored = restore_version(version=version, draft_number=before.draft_number, actor=in_acme.manager)
    assert restored.draft["subject"] == version.subject
    assert restored.draft_number == before.draft_number + 1
    undone = restore_draft(
        template=restored,
        number=before.draft_number,
        draft_number=restored.draft_number,
        actor=in_acme.manager,
    )
    assert undone.draft == before.draft


def test_a_draft_that_somebody_saved_meanwhile_is_not_replaced(
    in_acme: Cast, version: TemplateVersion
) -> None:
    template = now(version.template)
    seen = template.draft_number
    save_draft(template=template, draft=DRAFT | {"subject": "Newer"}, draft_number=seen, actor=in_acme.admin)
    with pytest.raises(DraftMoved):
        restore_version(version=version, draft_number=seen, actor=in_acme.manager)
    with pytest.raises(DraftMoved):
        restore_draft(template=template, number=seen, draft_number=seen, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="no longer there"):
        restore_draft(template=template, number=99, draft_number=seen + 1, actor=in_acme.manager)
    assert now(template).draft["subject"] == "Newer"


def test_only_who_writes_templates_may(in_acme: Cast, version: TemplateVersion) -> None:
    for person in (in_acme.leeds_manager, in_acme.approver, in_acme.viewer, in_acme.stranger):
        for work in (
            lambda who: offer_version(version=version, actor=who),
            lambda who: deprecate_version(version=version, actor=who, reason="x"),
            lambda who: deprecate_template(template=version.template, actor=who, reason="x"),
            lambda who: restore_version(version=version, draft_number=0, actor=who),
            lambda who: restore_draft(template=version.template, number=0, draft_number=0, actor=who),
        ):
            with pytest.raises(PermissionDenied):
                work(person)
