"""Pages of templates, roll-outs and campaigns, as people meet them."""

from typing import Any

import pytest
from django.test import Client

from storesync.campaigns.actions.clock import activate_due
from storesync.campaigns.models import (
    CampaignTemplate,
    LocationCampaign,
    Rollout,
    RolloutState,
    TemplateVersion,
)
from storesync.campaigns.statuses import Status
from storesync.campaigns.views import campaign_bulk
from storesync.core.scoping import brand_scope
from tests.campaigns.conftest import RECIPIENTS
from tests.campaigns.reviewing import decide, submit
from tests.conftest import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"
B = "/b/acme"


def _as(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def _fresh(campaign: LocationCampaign) -> LocationCampaign:
    with brand_scope([campaign.brand_id]):
        return LocationCampaign.objects.select_related("current_revision").get(pk=campaign.pk)


def test_every_page_opens_for_the_manager(in_acme: Cast, campaign: LocationCampaign) -> None:
    client, pk, wave = _as(in_acme.manager), campaign.pk, campaign.rollout_id
    for path in (
        "templates/",
        "templates/?q=win&archived=all",
        "templates/new/",
        "templates/winter/",
        "templates/winter/?version=1",
        "templates/winter/edit/",
        "templates/winter/edit/?block=hello",
        "templates/winter/variables/",
        "templates/winter/publish/",
        "templates/winter/frame/",
        "templates/winter/frame/?version=1",
        "rollouts/",
        "rollouts/?state=launched",
        "rollouts/new/?template=winter",
        f"rollouts/{wave}/",
        f"rollouts/{wave}/?status=draft&q=Leeds",
        f"rollouts/{wave}/progress/",
        f"rollouts/{wave}/frame/?location={campaign.location_id}",
        "campaigns/",
        f"campaigns/?q=leeds&status=draft&rollout={wave}&region={in_acme.north.pk}&sort=-start_at",
        f"campaigns/{pk}/",
        f"campaigns/{pk}/content/",
        f"campaigns/{pk}/content/?view=text&revision=1",
        f"campaigns/{pk}/recipients/",
        f"campaigns/{pk}/history/",
        f"campaigns/{pk}/edit/",
        f"campaigns/{pk}/frame/",
        f"campaigns/{pk}/progress/",
        f"campaigns/{pk}/cancel/",
    ):
        response = client.get(f"{B}/{path}")
        assert response.status_code == 200, path


def test_a_store_manager_sees_only_their_stores(in_acme: Cast, launched: Rollout) -> None:
    client = _as(in_acme.leeds_manager)
    page = client.get(f"{B}/campaigns/").content.decode()
    assert "Leeds Arcade" in page
    assert "York Retail Park" not in page
    york = LocationCampaign.objects.get(location=in_acme.york)
    for tab in ("", "content/", "recipients/", "history/", "edit/", "frame/", "cancel/"):
        assert client.get(f"{B}/campaigns/{york.pk}/{tab}").status_code == 404
    assert client.get(f"{B}/rollouts/new/").status_code == 403
    assert client.get(f"{B}/templates/winter/edit/").status_code == 403
    assert "York Retail Park" not in client.get(f"{B}/rollouts/{launched.pk}/").content.decode()


def test_a_campaign_leads_to_its_store_and_its_template(in_acme: Cast, campaign: LocationCampaign) -> None:
    page = _as(in_acme.manager).get(f"{B}/campaigns/{campaign.pk}/").content.decode()
    assert f'href="{B}/locations/{campaign.location_id}/"' in page
    assert f'href="{B}/templates/winter/?version=1"' in page
    assert f'href="{B}/rollouts/{campaign.rollout_id}/"' in page
    wave = _as(in_acme.manager).get(f"{B}/rollouts/{campaign.rollout_id}/").content.decode()
    assert f'href="{B}/templates/winter/?version=1"' in wave and "When approved" in wave


def test_a_roll_out_that_is_about_to_be_sent_looks_again_by_itself(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    client, wave = _as(in_acme.manager), f"{B}/rollouts/{campaign.rollout_id}/progress/"
    own = f"{B}/campaigns/{campaign.pk}/progress/"
    assert "every 2s" not in client.get(wave).content.decode() + client.get(own).content.decode()
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    assert _fresh(campaign).status == Status.SCHEDULED
    assert "every 2s" in client.get(wave).content.decode()
    assert "every 2s" in client.get(own).content.decode()


def test_every_row_says_which_it_is_to_those_who_hear_the_page(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    page = _as(in_acme.manager).get(f"{B}/rollouts/{campaign.rollout_id}/").content.decode()
    assert f"Select {campaign.name}, {campaign.location.name}<" in page


@pytest.mark.parametrize("who", ["clerk", "viewer", "approver"])
def test_who_can_do_nothing_with_picked_rows_picks_none(in_acme: Cast, launched: Rollout, who: str) -> None:
    for url in (f"{B}/campaigns/", f"{B}/rollouts/{launched.pk}/"):
        page = _as(getattr(in_acme, who)).get(url).content.decode()
        assert "Leeds Arcade" in page, "rows are there"
        assert 'name="select"' not in page and "data-select-page" not in page and 'id="bulk"' not in page


def test_a_rejection_is_read_where_it_is_answered(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    waiting = _as(in_acme.manager).get(f"{B}/campaigns/{campaign.pk}/").content.decode()
    assert f'href="{B}/approvals/waiting/?q={campaign.location.store_number}"' in waiting
    decide([campaign], in_acme.approver, "rejected", "Name the opening hours.")
    page = _as(in_acme.manager).get(f"{B}/campaigns/{campaign.pk}/edit/").content.decode()
    assert "Name the opening hours." in page
    assert f'href="{B}/campaigns/{campaign.pk}/"' in page


def test_the_inbox_line_of_a_template_is_of_the_store_shown(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    page = _as(in_acme.manager).get(f"{B}/templates/winter/").content.decode()
    assert "{{" not in page.split("data-preview-facts", 1)[1].split("<iframe", 1)[0]


def test_a_viewer_reads_and_changes_nothing(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.viewer)
    assert client.get(f"{B}/campaigns/{campaign.pk}/").status_code == 200
    assert client.get(f"{B}/campaigns/{campaign.pk}/edit/").status_code == 403
    assert client.post(f"{B}/campaigns/{campaign.pk}/pause/").status_code == 403
    assert client.post(f"{B}/campaigns/bulk/", {"action": "cancel"}).status_code == 403


def test_a_stranger_finds_nothing(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.stranger)
    assert client.get(f"{B}/campaigns/").status_code == 404
    assert client.get(f"/b/other/campaigns/{campaign.pk}/").status_code == 404


def test_the_roll_out_journey_takes_five_clicks(
    in_acme: Cast, version: TemplateVersion, django_capture_on_commit_callbacks: Any
) -> None:
    client = _as(in_acme.manager)
    # click 1: "Roll out" on the template; 2: "Continue"
    answer = client.post(f"{B}/rollouts/new/?template=winter", {"template": version.pk, "name": "Wave"})
    assert answer.status_code == 302
    step = answer["Location"]
    shown = client.post(step, {"mode": "filter", "region": in_acme.north.pk, "show": "1"})
    assert "All 2 locations that match" in shown.content.decode()
    # click 3: "Continue" takes exactly those
    step = client.post(step, {"mode": "filter", "region": in_acme.north.pk})["Location"]
    bad = client.post(
        step, {"value-discount_percentage": "60", "recipients": RECIPIENTS, "start_kind": "approval"}
    )
    assert bad.status_code == 422
    assert "At most 50" in bad.content.decode()
    # click 4: "Continue to the check"
    answer = client.post(
        step,
        {
            "value-discount_percentage": "20",
            "recipients": RECIPIENTS,
            "start_kind": "date",
            "start": "2999-07-01T09:00",
            "at_deadline": "leave_out",
            "holdout": "10",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    step = answer["Location"]
    page = client.get(step).content.decode()
    assert "Nothing stands in the way" in page
    rollout = Rollout.objects.get(name="Wave")
    assert rollout.schedule == {"start": "2999-07-01T09:00"}
    assert str(rollout.holdout) == "0.100"
    # click 5: "Launch"
    answer = client.post(step)
    assert answer.status_code == 302
    rollout.refresh_from_db()
    assert rollout.state == RolloutState.LAUNCHING


def test_recipients_that_were_not_taken_are_named(in_acme: Cast, rollout: Rollout) -> None:
    client = _as(in_acme.manager)
    address = f"{B}/rollouts/{rollout.pk}/plan/"
    typed = {
        "value-discount_percentage": "20",
        "recipients": RECIPIENTS + "nonsense,No,118\nzoe@people.example,Zoe,999\n",
        "start_kind": "approval",
    }
    answer = client.post(address, typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "3 accepted, 2 not taken" in page
    assert "999" in page
    assert client.post(address, typed | {"told": answer.context["told"]}).status_code == 302, "told once"
    other = typed | {"recipients": "nonsense,No,118\n" + RECIPIENTS, "told": answer.context["told"]}
    assert client.post(address, other).status_code == 422, "another list is told again"


def test_store_numbers_that_do_not_exist_are_named(in_acme: Cast, rollout: Rollout) -> None:
    client = _as(in_acme.manager)
    address = f"{B}/rollouts/{rollout.pk}/locations/"
    bad = client.post(address, {"mode": "list", "numbers": "118, 777"})
    assert bad.status_code == 422
    assert "777" in bad.content.decode()
    assert client.post(address, {"mode": "list", "numbers": "118\n301"}).status_code == 302
    assert rollout.chosen.count() == 2


def test_a_store_manager_edits_what_is_unlocked(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    address = f"{B}/campaigns/{campaign.pk}/edit/"
    page = client.get(address).content.decode()
    assert 'name="block-hello-text"' in page
    assert "block-head-text" not in page
    assert "Locked by the template" in page
    data = {"version": 1, "block-hello-text": "Coffee is on us.", "start_kind": "approval"}
    assert client.post(address, data).status_code == 302
    assert "Coffee is on us" in _fresh(campaign).current_revision.html
    bad = client.post(address, data | {"version": 2, "block-hello-text": "Hi {{ surprise }}"})
    assert bad.status_code == 422
    assert "surprise" in bad.content.decode()


def test_the_second_editor_sees_what_the_first_wrote(in_acme: Cast, campaign: LocationCampaign) -> None:
    address = f"{B}/campaigns/{campaign.pk}/edit/"
    first, second = _as(in_acme.leeds_manager), _as(in_acme.north_manager)
    data = {"version": 1, "seen": 1, "start_kind": "approval"}
    assert first.post(address, data | {"block-hello-text": "Theirs"}).status_code == 302
    answer = second.post(address, data | {"block-hello-text": "Mine"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs" in page
    assert "Mine" in page
    assert "Theirs" in _fresh(campaign).current_revision.html


def test_save_and_submit_keeps_the_method(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    answer = client.post(
        f"{B}/campaigns/{campaign.pk}/edit/",
        {
            "version": 1,
            "block-hello-text": "Coffee",
            "start_kind": "approval",
            "then": "submit",
            "campaign": str(campaign.pk),
            "confirmed": "1",
        },
    )
    assert answer.status_code == 307
    assert "Coffee" in _fresh(campaign).current_revision.html


def test_the_preview_shows_what_is_typed_and_saves_nothing(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    answer = client.post(
        f"{B}/campaigns/{campaign.pk}/preview/", {"version": 1, "block-hello-text": "Just typed"}
    )
    assert "Just typed" in answer.content.decode()
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert _fresh(campaign).version == 1


def test_moves_by_the_page(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    client = _as(in_acme.leeds_manager)
    for verb, status in (("pause", Status.PAUSED), ("resume", Status.SCHEDULED)):
        assert client.post(f"{B}/campaigns/{campaign.pk}/{verb}/").status_code == 302
        assert _fresh(campaign).status == status
    assert client.post(f"{B}/campaigns/{campaign.pk}/explode/").status_code == 404
    assert client.get(f"{B}/campaigns/{campaign.pk}/pause/").status_code == 405
    client.post(f"{B}/campaigns/{campaign.pk}/cancel/", {"reason": "Sold out"})
    assert _fresh(campaign).status_reason == "Sold out"
    page = client.get(f"{B}/campaigns/{campaign.pk}/history/").content.decode()
    assert "Paused the campaign" in page


def test_bulk_is_checked_first_and_all_that_match_is_all(in_acme: Cast, launched: Rollout) -> None:
    """Rule L1."""
    client = _as(in_acme.manager)
    data = {"action": "cancel", "select_all": "1", "query": "q=Winter", "rollout": str(launched.pk)}
    page = client.post(f"{B}/campaigns/bulk/", data).content.decode()
    assert "2 can, 0 cannot" in page
    assert not LocationCampaign.objects.filter(status=Status.CANCELLED).exists()
    client.post(f"{B}/campaigns/bulk/", data | {"confirmed": "1"})
    assert LocationCampaign.objects.filter(status=Status.CANCELLED).count() == 2
    page = client.post(f"{B}/campaigns/bulk/", data).content.decode()
    assert "0 can, 2 cannot" in page


def test_bulk_says_which_cannot_and_why(in_acme: Cast, launched: Rollout) -> None:
    ids = [str(pk) for pk in LocationCampaign.objects.values_list("pk", flat=True)]
    page = _as(in_acme.manager).post(f"{B}/campaigns/bulk/", {"action": "pause", "select": ids})
    assert "It is draft" in page.content.decode()
    assert _as(in_acme.manager).post(f"{B}/campaigns/bulk/", {"action": "explode"}).status_code == 404


def test_bulk_says_when_more_match_than_are_dealt_with_in_one_go(
    in_acme: Cast, launched: Rollout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_bulk, "MOST", 1)
    client, given = _as(in_acme.manager), {"action": "cancel", "select_all": "1", "query": ""}
    page = client.post(f"{B}/campaigns/bulk/", given)
    assert "More than 1 match" in page.content.decode() and len(page.context["able"]) == 1
    monkeypatch.setattr(campaign_bulk, "MOST", 2)
    page = client.post(f"{B}/campaigns/bulk/", given)
    assert "More than" not in page.content.decode() and len(page.context["able"]) == 2


def test_a_template_is_written_by_plain_forms(in_acme: Cast) -> None:
    client = _as(in_acme.manager)
    answer = client.post(f"{B}/templates/new/", {"name": "Spring", "campaign_type": "seasonal"})
    edit = f"{B}/templates/spring/edit/"
    assert answer["Location"] == edit

    def post(**data: Any) -> Any:
        with brand_scope([in_acme.acme.pk]):
            number = CampaignTemplate.objects.get(slug="spring").draft_number
        return client.post(edit, {"draft_number": number, **data})

    def blocks() -> list[Any]:
        with brand_scope([in_acme.acme.pk]):
            found: list[Any] = CampaignTemplate.objects.get(slug="spring").draft["blocks"]
            return found

    assert post(op="add", type="offer").status_code == 302
    offer = blocks()[-1]["id"]
    assert post(op="up", block=offer).status_code == 302
    assert blocks()[-2]["id"] == offer
    saved = post(
        op="save",
        block=offer,
        **{"block-value": "30", "block-unit": "percent", "block-label": "off {{ location_city }}"},
    )
    assert saved.status_code == 302, saved.content.decode()
    assert blocks()[-2]["label"] == "off {{ location_city }}"
    bad = post(
        op="save", block=offer, **{"block-value": "30", "block-unit": "percent", "block-label": "{{ 7*7 }}"}
    )
    assert bad.status_code == 422
    assert "Line 1, column" in bad.content.decode()
    assert post(op="duplicate", block="text").status_code == 302
    assert post(op="remove", block="text").status_code == 302
    assert "text" not in [one["id"] for one in blocks()]
    assert post(op="lines", **{"lines-subject": "Hi {{ location_name }}"}).status_code == 302
    assert post(op="lines", **{"lines-subject": "Hi {{ nope }}"}).status_code == 422
    assert client.post(edit, {"op": "add", "type": "text", "draft_number": 0}).status_code == 409
    preview = client.post(
        f"{B}/templates/spring/preview/",
        {"block": "heading", "block-text": "Just typed", "block-level": "1"},
    )
    assert "Just typed" in preview.content.decode()
    assert client.post(f"{B}/templates/spring/publish/", {"notes": "First"}).status_code == 302
    again = client.post(f"{B}/templates/spring/publish/", {"notes": "", "reach": "new"})
    assert again.status_code == 409


def test_variables_are_declared_by_a_plain_form(in_acme: Cast, template: CampaignTemplate) -> None:
    client = _as(in_acme.manager)
    address = f"{B}/templates/winter/variables/"
    data: dict[str, Any] = {
        "draft_number": 0,
        "v-TOTAL_FORMS": 2,
        "v-INITIAL_FORMS": 1,
        "v-0-name": "discount_percentage",
        "v-0-label": "Discount",
        "v-0-type": "percent",
        "v-0-source": "rollout",
        "v-0-minimum": "5",
        "v-0-maximum": "50",
        "v-0-required": "on",
        "v-1-name": "mood",
        "v-1-label": "Mood",
        "v-1-type": "choice",
        "v-1-source": "rollout",
        "v-1-choices": "cosy, loud",
    }
    assert client.post(address, data).status_code == 302
    template.refresh_from_db()
    assert [one["name"] for one in template.draft["variables"]] == ["discount_percentage", "mood"]
    bad = client.post(address, data | {"draft_number": 1, "v-1-choices": ""})
    assert bad.status_code == 422
    without = data | {"draft_number": 1, "v-0-name": "", "v-0-label": "", "v-0-type": "text"}
    without |= {"v-0-minimum": "", "v-0-maximum": ""}
    assert client.post(address, without).status_code == 422, "the subject still names it"


def test_addresses_are_masked_for_who_may_not_see_them(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    activate_due()
    address = f"{B}/campaigns/{campaign.pk}/recipients/"
    assert "ann@people.example" in _as(in_acme.manager).get(address).content.decode()
    masked = _as(in_acme.viewer).get(address).content.decode()
    assert "ann@people.example" not in masked
    assert "a…@p…" in masked


@pytest.mark.parametrize("path", ["campaigns/", "rollouts/", "templates/"])
def test_lists_cost_the_same_for_more_rows(
    in_acme: Cast, launched: Rollout, path: str, django_assert_max_num_queries: Any
) -> None:
    client = _as(in_acme.manager)
    client.get(f"{B}/{path}")
    with django_assert_max_num_queries(25):
        client.get(f"{B}/{path}")


def test_what_is_in_review_is_not_opened_for_editing(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    response = _as(in_acme.leeds_manager).get(f"{B}/campaigns/{campaign.pk}/edit/", follow=True)
    assert response.redirect_chain == [(f"{B}/campaigns/{campaign.pk}/", 302)]
    assert "It is in review." in response.content.decode()


def test_a_launched_roll_out_names_its_next_step(in_acme: Cast, launched: Rollout) -> None:
    """All drafts are handed in with one button, each store's manager those of their own stores."""
    page = _as(in_acme.manager).get(f"{B}/rollouts/{launched.pk}/").content.decode()
    assert "Submit 2 drafts" in page
    data = {"action": "submit", "select_all": "1", "query": "status=draft", "rollout": str(launched.pk)}
    assert "2 can, 0 cannot" in _as(in_acme.manager).post(f"{B}/campaigns/bulk/", data).content.decode()
    assert "Submit" not in _as(in_acme.viewer).get(f"{B}/rollouts/{launched.pk}/").content.decode()
