"""Two editors, and what is typed and not saved (fault 14): nobody's words go in silence."""

import pytest
from django.core.exceptions import PermissionDenied

from storesync.campaigns.actions.edit import EditConflict, edit_campaign
from storesync.campaigns.actions.unsaved import EditedElsewhere, drop_edit, keep_edit
from storesync.campaigns.clashes import clashes
from storesync.campaigns.models import CampaignEdit, LocationCampaign
from storesync.campaigns.sending import KIND
from storesync.content.blocks import dump_blocks, validate_blocks
from storesync.content.differences import Content
from storesync.content.edits import holds_value
from storesync.content.models import Revision
from storesync.core.errors import ActionRefused
from tests.campaigns.reviewing import submit
from tests.conftest import Cast


def _text(campaign: LocationCampaign, block: str = "hello") -> str:
    fresh = LocationCampaign.objects.select_related("current_revision").get(pk=campaign.pk)
    return next(str(one["text"]) for one in fresh.current_revision.blocks if one["id"] == block)


def _save(campaign: LocationCampaign, cast: Cast, words: str, **more: object) -> LocationCampaign:
    given = {"version": campaign.version, "edits": {"hello": {"text": words}}} | more
    return edit_campaign(campaign=campaign, actor=cast.leeds_manager, **given)  # type: ignore[arg-type]


def test_keeping_mine_is_a_new_revision_and_theirs_stays_in_history(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    version = campaign.version
    now = _save(campaign, in_acme, "Theirs.")
    with pytest.raises(EditConflict) as conflict:
        _save(campaign, in_acme, "Mine.", version=version)
    shown = conflict.value.campaign
    kept = _save(campaign, in_acme, "Mine.", version=shown.version, based_on=1)
    assert _text(campaign) == "Mine." and kept.version == now.version + 1
    words = [one.blocks[1]["text"] for one in Revision.objects.of_owner(KIND, campaign.pk)]
    assert words[1:] == ["Theirs.", "Mine."]


def test_keeping_mine_keeps_what_they_changed_elsewhere(in_acme: Cast, campaign: LocationCampaign) -> None:
    version, before = campaign.version, _text(campaign)
    dates = {"start": "2099-12-01T09:00"}
    shown = edit_campaign(campaign=campaign, actor=in_acme.manager, version=version, schedule=dates)
    kept = edit_campaign(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        version=shown.version,
        based_on=1,
        edits={"hello": {"text": "Mine."}},
        schedule={"start": "approval"},
    )
    revision = LocationCampaign.objects.select_related("current_revision").get(pk=kept.pk).current_revision
    assert revision.schedule == dates and _text(campaign) == "Mine."
    theirs = _save(campaign, in_acme, "Theirs again.", version=kept.version)
    edit_campaign(
        campaign=campaign,
        actor=in_acme.manager,
        version=theirs.version,
        based_on=1,
        edits={"hello": {"text": before}},
        schedule={"start": "2099-12-24T09:00"},
    )
    assert _text(campaign) == "Theirs again.", "what I left as it was is no edit of mine"


def test_keeping_mine_needs_the_version_that_was_shown(in_acme: Cast, campaign: LocationCampaign) -> None:
    shown = _save(campaign, in_acme, "First.")
    _save(campaign, in_acme, "Second, meanwhile.", version=shown.version)
    with pytest.raises(EditConflict):
        _save(campaign, in_acme, "Mine.", version=shown.version, based_on=1)
    with pytest.raises(ActionRefused, match="not there"):
        _save(campaign, in_acme, "Mine.", version=shown.version + 1, based_on=99)


def test_a_clash_names_who_changed_what() -> None:
    def content(subject: str, text: str) -> Content:
        return Content(subject, "", [{"id": "a", "type": "text", "text": text}])

    base = content("One", "Words")
    rows = clashes(base, content("Two", "Words"), content("Three", "Other words"))
    assert [(row.label, row.before, row.theirs, row.mine, row.both) for row in rows] == [
        ("Subject", "One", "Two", "Three", True),
        ("Text", "Words", "Words", "Other words", False),
    ]
    assert rows[1].by_me and not rows[1].by_them
    assert clashes(base, content("Two", "Words"), content("Two", "Words")) == []
    assert clashes(base, base, base) == []


def test_what_is_typed_is_kept_for_its_person_and_makes_no_revision(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    person = in_acme.leeds_manager
    first = keep_edit(
        campaign=campaign, actor=person, data={"block-hello-text": ["He"]}, version=1, seen=1, number=0
    )
    second = keep_edit(
        campaign=campaign, actor=person, data={"block-hello-text": ["Hello {{"]}, version=1, seen=1, number=1
    )
    assert (first.number, second.number) == (1, 2)
    assert CampaignEdit.objects.get().data == {"block-hello-text": ["Hello {{"]}
    assert Revision.objects.of_owner(KIND, campaign.pk).count() == 1
    keep_edit(campaign=campaign, actor=in_acme.manager, data={}, version=1, seen=1, number=0)
    assert CampaignEdit.objects.count() == 2
    assert drop_edit(campaign=campaign, actor=person)
    assert not drop_edit(campaign=campaign, actor=person)
    assert CampaignEdit.objects.get().user == in_acme.manager


def test_a_second_tab_overwrites_nothing(in_acme: Cast, campaign: LocationCampaign) -> None:
    person = in_acme.leeds_manager
    keep_edit(campaign=campaign, actor=person, data={"a": ["tab one"]}, version=1, seen=1, number=0)
    with pytest.raises(EditedElsewhere):
        keep_edit(campaign=campaign, actor=person, data={"a": ["tab two"]}, version=1, seen=1, number=0)
    assert CampaignEdit.objects.get().data == {"a": ["tab one"]}
    assert not drop_edit(campaign=campaign, actor=person, number=0)
    assert CampaignEdit.objects.exists(), "a save by the other tab leaves it"


def test_who_may_not_edit_keeps_nothing(in_acme: Cast, campaign: LocationCampaign) -> None:
    given = {"campaign": campaign, "data": {}, "version": 1, "seen": 1, "number": 0}
    with pytest.raises(PermissionDenied):
        keep_edit(actor=in_acme.viewer, **given)  # type: ignore[arg-type]
    with pytest.raises(ActionRefused, match="too much"):
        keep_edit(actor=in_acme.manager, **given | {"data": {"a": ["x" * 300_000]}})  # type: ignore[arg-type]
    submit([campaign], in_acme.leeds_manager)
    with pytest.raises(ActionRefused, match="in review"):
        keep_edit(actor=in_acme.manager, **given)  # type: ignore[arg-type]


def test_a_field_that_says_the_same_otherwise_is_no_edit() -> None:
    plain = {"id": "p", "type": "product_list", "products": [{"name": "Lamp", "price": "20"}]}
    (block,) = dump_blocks(validate_blocks([plain], {})[0])
    assert holds_value(block, "products", [{"name": "Lamp", "price": "20", "note": ""}])
    assert not holds_value(block, "products", [{"name": "Lamp", "price": "21"}])
    assert not holds_value(block, "products", "nonsense")
