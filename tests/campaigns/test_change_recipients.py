"""Other recipients for a campaign that was begun: a change of its revision (Rule A3)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from storesync.audience.models import AudienceEntry, AudienceList
from storesync.campaigns.actions.clock import activate_due
from storesync.campaigns.actions.edit import EditConflict, edit_campaign
from storesync.campaigns.actions.recipients import change_recipients
from storesync.campaigns.actions.unsaved import keep_edit
from storesync.campaigns.models import CampaignEdit, LocationCampaign
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import CandidateStatus, Status
from storesync.core.errors import ActionRefused
from storesync.mailing.models import Delivery
from tests.campaigns.reviewing import decide, submit
from tests.conftest import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


def _as(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def _url(campaign: LocationCampaign, rest: str = "recipients/edit/") -> str:
    return f"/b/acme/campaigns/{campaign.pk}/{rest}"


def _fresh(campaign: LocationCampaign) -> LocationCampaign:
    return LocationCampaign.objects.select_related("current_revision", "approved_revision").get(
        pk=campaign.pk
    )


def _people(campaign: LocationCampaign) -> list[str]:
    listed = _fresh(campaign).current_revision.audience.get("list")
    entries = AudienceEntry.objects.filter(list_id=listed, location=campaign.location)
    return sorted(entries.values_list("contact__address", flat=True))


def _change(campaign: LocationCampaign, actor: Any, **given: Any) -> Any:
    _saved, change = change_recipients(
        campaign=campaign, actor=actor, version=_fresh(campaign).version, **given
    )
    return change


def test_adding_and_taking_out_make_one_revision_each(in_acme: Cast, campaign: LocationCampaign) -> None:
    wave = AudienceList.objects.get()
    change = _change(campaign, in_acme.leeds_manager, add="dee@people.example\nann@people.example\nnobody")
    assert (change.added, change.removed, change.duplicates) == (1, 0, 1)
    assert [one.value for one in change.problems] == ["nobody"]
    assert _people(campaign) == ["ann@people.example", "bob@people.example", "dee@people.example"]
    now = _fresh(campaign)
    assert now.current_revision.number == 2 and now.current_revision.audience["count"] == 3
    change = _change(campaign, in_acme.leeds_manager, take_out="BOB@people.example, zoe@people.example")
    assert (change.removed, change.unknown) == (1, 1)
    change = _change(campaign, in_acme.leeds_manager, add="eva@people.example", replace=True)
    assert (change.added, change.removed, _people(campaign)) == (1, 2, ["eva@people.example"])
    change = _change(campaign, in_acme.leeds_manager, contacts=change.people)
    assert change.list is None and _fresh(campaign).current_revision.audience == {}
    assert wave.entries.count() == 3, "the list of the wave stays as it is"
    verbs = [one.pgh_context["verb"] for one in now.history.order_by("pgh_id")]  # type: ignore[attr-defined]
    assert verbs[-4:] == ["campaign.recipients_changed"] * 4


def test_the_same_people_are_no_change(in_acme: Cast, campaign: LocationCampaign) -> None:
    change = _change(campaign, in_acme.manager, add="ann@people.example", take_out="zoe@people.example")
    assert not change.changed and _fresh(campaign).version == campaign.version
    with pytest.raises(ActionRefused, match="No recipient could be read"):
        _change(campaign, in_acme.manager, add="nobody")
    assert AudienceList.objects.count() == 1


def test_of_an_approved_campaign_it_is_a_candidate_and_back_is_none(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    submit([campaign], in_acme.leeds_manager)
    with pytest.raises(ActionRefused, match="in review"):
        _change(campaign, in_acme.leeds_manager, add="dee@people.example")
    decide([campaign], in_acme.manager)
    before = _fresh(campaign)
    _change(campaign, in_acme.leeds_manager, add="dee@people.example")
    now = _fresh(campaign)
    assert now.candidate_status == CandidateStatus.DRAFT and now.has_candidate
    assert now.approved_revision == before.approved_revision != now.current_revision
    _change(campaign, in_acme.leeds_manager, take_out="dee@people.example")
    back = _fresh(campaign)
    assert (back.current_revision, back.candidate_status) == (before.approved_revision, CandidateStatus.NONE)
    _change(campaign, in_acme.leeds_manager, add="dee@people.example")
    activate_due()
    assert _fresh(campaign).status == Status.ACTIVE
    assert Delivery.objects.of(KIND, [campaign.pk]).count() == 2, "only those approved"
    with pytest.raises(ActionRefused, match="fixed when it started"):
        _change(campaign, in_acme.leeds_manager, add="eva@people.example")
    told = _as(in_acme.leeds_manager).get(_url(campaign), follow=True)
    assert "fixed when it started" in told.content.decode()


def test_who_may_not_edit_changes_nobody(in_acme: Cast, campaign: LocationCampaign) -> None:
    for person in (in_acme.viewer, in_acme.approver, in_acme.clerk):
        with pytest.raises(PermissionDenied):
            _change(campaign, person, add="dee@people.example")
    with pytest.raises(EditConflict):
        change_recipients(campaign=campaign, actor=in_acme.manager, version=99, add="dee@people.example")


def test_words_that_somebody_is_typing_go_on(in_acme: Cast, campaign: LocationCampaign) -> None:
    page = f"/b/acme/campaigns/{campaign.pk}/edit/"
    typed = {"version": str(campaign.version), "block-hello-text": "Mine.", "start_kind": "approval"}
    keep_edit(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        data={name: [value] for name, value in typed.items()},
        version=campaign.version,
        seen=1,
        number=0,
    )
    _change(campaign, in_acme.manager, add="dee@people.example")
    kept, now = CampaignEdit.objects.get(), _fresh(campaign)
    assert (kept.version, kept.seen) == (now.version, 2)
    client = _as(in_acme.leeds_manager)
    assert "Your words that are not saved yet" in client.get(page).content.decode()
    saved = client.post(page, typed | {"version": str(kept.version), "seen": "2", "kept": "1"})
    assert saved.status_code == 302 and _people(campaign)[-1] == "dee@people.example"


def test_the_page_adds_ticks_and_pages_without_losing_a_word(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    more = "\n".join(f"p{n:02}@people.example" for n in range(60))
    _change(campaign, in_acme.manager, add=more)
    client, version = _as(in_acme.manager), str(_fresh(campaign).version)
    assert _url(campaign) in client.get(_url(campaign, "edit/")).content.decode()
    assert _url(campaign) in client.get(_url(campaign, "recipients/")).content.decode()
    first = client.get(_url(campaign))
    assert first.context["count"] == 62 and len(first.context["rows"]) == 50
    tick = str(first.context["rows"][0]["id"])
    given = {"version": version, "contact": tick, "recipients": "zoe@people.example", "mode": "add"}
    second = client.post(_url(campaign), given | {"show": first.context["page"].next})
    assert len(second.context["rows"]) == 12 and second.context["elsewhere"] == {
        first.context["rows"][0]["id"]
    }
    assert "zoe@people.example" in second.content.decode()
    found = client.post(_url(campaign), given | {"show": "", "q": "P07@people.example"})
    assert [one["address"] for one in found.context["rows"]] == ["p07@people.example"]
    file = SimpleUploadedFile("more.csv", b"email;first name\nyan@people.example;Yan\n")
    done = client.post(_url(campaign), given | {"file": file}, follow=True).content.decode()
    assert "1 recipient added. 1 recipient taken out. It has 62 recipients now." in done
    assert "yan@people.example" in _people(campaign)
    late = client.post(_url(campaign), given)
    assert late.status_code == 409 and "save again" in late.content.decode()
    assert late.context["form"]["version"].value() == str(_fresh(campaign).version)


def test_addresses_are_shortened_for_who_sees_no_personal_data(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    client = _as(in_acme.leeds_manager)
    page = client.get(_url(campaign)).content.decode()
    assert "a…@p…" in page and "ann@people.example" not in page and "Ann" not in page
    given = {"version": str(campaign.version), "take_out": "ann@people.example"}
    assert client.post(_url(campaign), given).status_code == 302
    assert _people(campaign) == ["bob@people.example"]
    nobody = client.post(_url(campaign), given | {"mode": "replace"})
    assert nobody.status_code == 422 and "Paste the addresses" in nobody.content.decode()


def test_a_rejected_campaign_is_taken_back_by_it(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.manager, "rejected", "Not these people.")
    _change(campaign, in_acme.leeds_manager, take_out="ann@people.example")
    assert _fresh(campaign).status == Status.DRAFT
    edit_campaign(campaign=campaign, actor=in_acme.manager, version=_fresh(campaign).version)
