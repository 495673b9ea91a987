"""The edit page of a store: what may be changed, what is kept while it is typed, two editors (fault 14)."""

from typing import Any

import pytest
from django.test import Client

from storesync.campaigns.actions.edit import create_campaign, edit_campaign
from storesync.campaigns.models import CampaignEdit, CampaignTemplate, LocationCampaign
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import Status
from storesync.content.models import Revision
from storesync.media.models import MediaImage
from tests.campaigns.conftest import Changed
from tests.campaigns.making import DRAFT
from tests.campaigns.reviewing import submit
from tests.conftest import Cast
from tests.guidelines.making import in_force

BACKEND = "django.contrib.auth.backends.ModelBackend"
B = "/b/acme"
TEXT = "block-hello-text"


def _as(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def _url(campaign: LocationCampaign, rest: str = "edit/") -> str:
    return f"{B}/campaigns/{campaign.pk}/{rest}"


def _form(campaign: LocationCampaign, words: str, **more: str) -> dict[str, str]:
    return {
        "version": str(campaign.version),
        "seen": "1",
        "kept": "0",
        TEXT: words,
        "start_kind": "approval",
        **more,
    }


def _words(campaign: LocationCampaign) -> str:
    newest = Revision.objects.of_owner(KIND, campaign.pk).last()
    assert newest is not None
    return str(newest.blocks[1]["text"])


def test_locked_parts_are_read_in_the_stores_own_words(in_acme: Cast, campaign: LocationCampaign) -> None:
    page = _as(in_acme.leeds_manager).get(_url(campaign)).content.decode()
    form = page.split('id="main-form"', 1)[1].split("</form>", 1)[0]
    assert "Winter at Leeds Arcade" in form and "Winter at {{" not in form
    assert "20% off at Leeds Arcade" in form, "a locked subject too"
    assert f'name="{TEXT}"' in form and "block-head-text" not in form
    order = [form.index(words) for words in ("Only in", "Winter at Leeds", f'name="{TEXT}"')]
    assert order == sorted(order), "the order of the mail"
    assert form.index("3 parts of the template") < order[0], "what stands before the first field is folded"


def test_the_page_says_what_it_is(in_acme: Cast, campaign: LocationCampaign) -> None:
    page = " ".join(_as(in_acme.manager).get(_url(campaign)).content.decode().split())
    assert "<title> Winter wave – Campaigns – StoreSync</title>" in page
    for words in ("Preview", "Checks", "Comments", "Status", "Submit for approval"):
        assert words in page


def test_who_may_not_edit_meets_no_page(in_acme: Cast, launched: Any, campaign: LocationCampaign) -> None:
    york = LocationCampaign.objects.get(location=in_acme.york)
    draft = _form(york, "Mine now.")
    for person, status in ((in_acme.viewer, 403), (in_acme.approver, 403), (in_acme.leeds_manager, 404)):
        client = _as(person)
        assert client.get(_url(york)).status_code == status
        assert client.post(_url(york), draft).status_code == status
        assert client.post(_url(york, "draft/"), draft).status_code == status
        assert client.post(_url(york, "preview/"), draft).status_code == status
    assert _as(in_acme.stranger).get(_url(york)).status_code == 404
    assert not CampaignEdit.objects.exists()


def test_what_is_typed_is_kept_and_is_there_again(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    answer = client.post(_url(campaign, "draft/"), _form(campaign, "Half a sent")).content.decode()
    assert "Draft kept" in answer and 'data-kept="1"' in answer and 'id="checks"' in answer
    assert Revision.objects.of_owner(KIND, campaign.pk).count() == 1
    page = client.get(_url(campaign)).content.decode()
    assert "Half a sent" in page and "not saved yet are here again" in page
    assert "Half a sent" not in _as(in_acme.manager).get(_url(campaign)).content.decode()
    client.post(_url(campaign), _form(campaign, "A sentence.", kept="1"))
    assert _words(campaign) == "A sentence." and not CampaignEdit.objects.exists()
    assert Revision.objects.of_owner(KIND, campaign.pk).count() == 2


def test_words_with_faults_are_kept_too(in_acme: Cast, campaign: LocationCampaign) -> None:
    client, wrong = _as(in_acme.leeds_manager), "{{ nobody_knows }}"
    answer = client.post(_url(campaign, "draft/"), _form(campaign, wrong)).content.decode()
    assert "nobody_knows" in answer and f'href="#id_{TEXT}"' in answer, "a check leads to its field"
    assert wrong in client.get(_url(campaign)).content.decode()
    response = client.post(_url(campaign), _form(campaign, wrong, kept="1"))
    assert response.status_code == 422 and wrong in response.content.decode()
    assert CampaignEdit.objects.exists(), "not saved, so still kept"


def test_another_window_of_the_same_person_is_told(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    client.post(_url(campaign, "draft/"), _form(campaign, "First window."))
    late = client.post(_url(campaign, "draft/"), _form(campaign, "Second window."))
    assert late.status_code == 409 and "data-elsewhere" in late.content.decode()
    assert CampaignEdit.objects.get().data[TEXT] == ["First window."]


def test_discarding_shows_what_is_saved(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    client.post(_url(campaign, "draft/"), _form(campaign, "Never mind."))
    page = client.post(_url(campaign), _form(campaign, "x", op="discard"), follow=True).content.decode()
    assert "Never mind." not in page and "see you soon" in page
    assert not CampaignEdit.objects.exists()


def test_one_field_goes_back_to_the_template(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    client.post(_url(campaign), _form(campaign, "Ours."))
    campaign.refresh_from_db()
    page = client.get(_url(campaign)).content.decode()
    assert "Reset to template" in page and "Hello Alex,\n\nsee you soon." in page
    given = _form(campaign, "Ours, changed again.", seen="2", reset=TEXT, start_kind="date")
    given["start"] = "2099-12-01T09:00"
    back = client.post(_url(campaign), given)
    assert back.status_code == 302 and back["Location"].endswith(f"#div_id_{TEXT}")
    page = client.get(_url(campaign)).content.decode()
    assert "{{ first_name|default(&quot;neighbour&quot;) }}" in page and "2099-12-01T09:00" in page
    assert _words(campaign) == "Ours.", "nothing is saved by it"


def test_a_second_editor_sees_both_sides_and_keeps_theirs_or_mine(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    client = _as(in_acme.leeds_manager)
    edit_campaign(
        campaign=campaign,
        actor=in_acme.manager,
        version=campaign.version,
        edits={"hello": {"text": "Written by Maya."}},
        schedule={"start": "2099-12-01T09:00"},
    )
    mine = _form(campaign, "Written by me.")
    clash = client.post(_url(campaign), mine)
    page = clash.content.decode()
    assert clash.status_code == 409
    assert "Both of you" in page and "Only they" in page and f"{in_acme.manager.name} has saved" in page
    assert "Maya" in page and "Written by me." in page
    assert _words(campaign) == "Written by Maya.", "nothing is overwritten"
    now = LocationCampaign.objects.get(pk=campaign.pk)
    saved = client.post(_url(campaign), mine | {"keep": str(now.version)})
    assert saved.status_code == 302 and _words(campaign) == "Written by me."
    newest = Revision.objects.of_owner(KIND, campaign.pk).last()
    assert newest is not None and newest.number == 3
    assert newest.schedule == {"start": "2099-12-01T09:00"}, "what only they changed stays"
    again = client.post(_url(campaign), mine | {"keep": str(now.version)})
    assert again.status_code == 409, "a third save in between is shown first"


def test_kept_words_meet_what_was_saved_since(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    client.post(_url(campaign, "draft/"), _form(campaign, "Mine of yesterday."))
    edit_campaign(
        campaign=campaign,
        actor=in_acme.manager,
        version=campaign.version,
        edits={"hello": {"text": "Saved today."}},
    )
    page = client.get(_url(campaign))
    assert page.status_code == 200
    assert "Keep mine as a new revision" in page.content.decode()
    assert "Mine of yesterday." in page.content.decode()


def test_an_autosave_that_comes_after_its_save_is_no_conflict(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    client = _as(in_acme.leeds_manager)
    client.post(_url(campaign), _form(campaign, "We open at nine."))
    client.post(_url(campaign, "draft/"), _form(campaign, "We open at nine."))
    page = client.get(_url(campaign)).content.decode()
    assert "Keep mine" not in page and "not saved yet are here again" not in page
    assert not CampaignEdit.objects.exists()


def test_what_is_in_review_keeps_no_words(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    client = _as(in_acme.leeds_manager)
    answer = client.post(_url(campaign, "draft/"), _form(campaign, "Too late."))
    assert answer.status_code == 409 and "in review" in answer.content.decode()


def test_one_click_saves_what_is_typed_and_hands_it_in(in_acme: Cast, campaign: LocationCampaign) -> None:
    given = _form(campaign, "Come by.", then="submit", confirmed="1") | {"campaign": str(campaign.pk)}
    answer = _as(in_acme.leeds_manager).post(_url(campaign), given)
    assert answer.status_code == 307
    assert _words(campaign) == "Come by."
    assert LocationCampaign.objects.get(pk=campaign.pk).status == Status.DRAFT


def test_line_ends_of_a_browser_are_no_change(in_acme: Cast, campaign: LocationCampaign) -> None:
    two_lines = {"hello": {"text": "One.\n\nTwo."}}
    first = edit_campaign(
        campaign=campaign, actor=in_acme.leeds_manager, version=campaign.version, edits=two_lines
    )
    edit_campaign(
        campaign=first,
        actor=in_acme.manager,
        version=first.version,
        edits={},
        schedule={"start": "2099-12-01T09:00"},
    )
    clash = _as(in_acme.leeds_manager).post(_url(campaign), _form(first, "One.\r\n\r\nTwo.", seen="2"))
    assert clash.status_code == 409 and clash.context["conflict"]
    assert not [row for row in clash.context["conflict"] if row.by_me]


def test_what_breaks_a_rule_is_told_at_its_field_before_it_is_handed_in(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    rule = {
        "id": "loud",
        "kind": "banned_words",
        "level": "error",
        "words": [{"text": "cheap"}, {"text": "dear"}],
    }
    in_force(in_acme, rule)
    client = _as(in_acme.leeds_manager)
    given = _form(campaign, "So cheap, my dear.", then="submit", confirmed="1") | {
        "campaign": str(campaign.pk)
    }
    answer = client.post(_url(campaign), given)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert f'<a href="#id_{TEXT}">Text: “cheap” is not allowed. Take it out.</a>' in page
    assert "So cheap, my dear.</textarea>" in page
    assert client.post(_url(campaign), given | {"then": ""}).status_code == 302, (
        "a draft may be kept as it is"
    )
    refused = client.post(f"{B}/approvals/submit/", {"campaign": str(campaign.pk), "confirmed": "1"})
    assert refused.status_code == 409 and refused.context["cancel_url"].endswith(f"/{campaign.pk}/")
    said = " ".join(refused.content.decode().split())
    for word in ("cheap", "dear"):
        assert f'<a href="{_url(campaign)}#part-hello">Text: “{word}” is not allowed.</a>' in said, (
            "all of them"
        )


@pytest.mark.parametrize("given", [{"keep": "x"}, {"seen": ""}, {"kept": "-1"}, {"version": "9" * 30}])
def test_numbers_that_are_none_meet_a_page(
    in_acme: Cast, campaign: LocationCampaign, given: dict[str, str]
) -> None:
    client = _as(in_acme.leeds_manager)
    for rest in ("edit/", "draft/"):
        assert client.post(_url(campaign, rest), _form(campaign, "Words.") | given).status_code < 500


def test_the_content_tab_compares_any_two_revisions(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    client.post(_url(campaign), _form(campaign, "One word."))
    campaign.refresh_from_db()
    client.post(_url(campaign), _form(campaign, "Two words.", seen="2"))
    page = client.get(_url(campaign, "content/?compare=2&with=3")).content.decode()
    assert "<del>One word.</del><ins>Two words.</ins>" in page and "Changed since revision 2" in page
    assert "Changed by the store" in client.get(_url(campaign, "content/")).content.decode()
    for wrong in ("?compare=9&with=1", "?compare=x", "?compare=approved", "?with=0"):
        assert client.get(_url(campaign, f"content/{wrong}")).status_code == 404


def test_the_history_says_which_places_an_edit_changed(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.leeds_manager)
    client.post(_url(campaign), _form(campaign, "One word."))
    page = client.get(_url(campaign, "history/")).content.decode()
    assert "Edited the campaign" in page and "Text" in page.partition("Edited the campaign")[2]
    assert "content/?compare=1&amp;with=2" in page


def test_a_store_puts_in_the_text_that_a_guideline_misses(
    in_acme: Cast, template: CampaignTemplate, publish: Changed
) -> None:
    in_force(in_acme, {"id": "small", "kind": "disclaimer", "text": "While stocks last."})
    client = _as(in_acme.leeds_manager)

    def made(**legal: Any) -> LocationCampaign:
        blocks = [*DRAFT["blocks"], {"id": "legal", "type": "legal", "text": "Ask us.", **legal}]
        version = publish(blocks=blocks)
        return create_campaign(location=in_acme.leeds, template_version=version, actor=in_acme.manager)

    for barred in ({"locked": True}, {"rules": {"text": {"max_length": 20}}}):
        page = client.get(_url(made(**barred))).content.decode()
        assert "While stocks last." in page and "Insert the text" not in page
    campaign = made()
    page = client.get(_url(campaign)).content.decode()
    assert 'name="insert"' in page and 'value="small"' in page
    given = _form(campaign, "Ours.", insert="small") | {"block-legal-text": "Ask us first."}
    back = client.post(_url(campaign), given)
    assert back.status_code == 302 and back["Location"].endswith("#div_id_block-legal-text")
    page = client.get(_url(campaign)).content.decode()
    assert "Ask us first.\n\nWhile stocks last.</textarea>" in page and "Ours.</textarea>" in page
    assert "Insert the text" not in page and "Reset to template" in page
    assert client.post(_url(campaign), given | {"kept": "1", "insert": "gone"}).status_code == 409


def test_what_a_button_put_in_is_taken_back_in_one_step(in_acme: Cast, publish: Changed) -> None:
    in_force(in_acme, {"id": "small", "kind": "disclaimer", "text": "While stocks last."})
    client = _as(in_acme.leeds_manager)
    version = publish(blocks=[*DRAFT["blocks"], {"id": "legal", "type": "legal", "text": "Ask us."}])
    campaign = create_campaign(location=in_acme.leeds, template_version=version, actor=in_acme.manager)

    def undone(page: str) -> bool:
        return 'value="undo"' not in page

    given = _form(campaign, "Ours.", insert="small") | {"block-legal-text": "Ask us first."}
    page = client.post(_url(campaign), given, follow=True).content.decode()
    assert not undone(page) and "The text is put in." in page
    put = given | {"kept": "1", "block-legal-text": "Ask us first.\r\n\r\nWhile stocks last.", "insert": ""}
    client.post(_url(campaign, "draft/"), put | {TEXT: "Ours, and more."})
    put |= {TEXT: "Ours, and more.", "kept": "2", "op": "undo"}
    changed = client.post(_url(campaign), put | {"block-legal-text": "While stocks last. Mine."})
    assert changed.status_code == 409 and "nothing was taken back" in changed.content.decode()
    page = client.post(_url(campaign), put, follow=True).content.decode()
    assert "Ask us first.</textarea>" in page and "Ours, and more.</textarea>" in page and undone(page)
    again = client.post(_url(campaign), put | {"kept": "3", "block-legal-text": "Ask us first."})
    assert again.status_code == 409, "one step, once"
    reset = client.post(_url(campaign), put | {"op": "", "kept": "3", "reset": TEXT}, follow=True)
    page = reset.content.decode()
    assert "As the template has it again." in page and not undone(page)
    template_words = campaign.current_revision.blocks[1]["text"]
    back = client.post(_url(campaign), put | {"kept": "4", TEXT: template_words}, follow=True)
    assert "Ours, and more.</textarea>" in back.content.decode()
    client.post(_url(campaign), put | {"op": "discard"})
    only = client.post(_url(campaign), _form(campaign, "Ours.", reset=TEXT), follow=True)
    assert not undone(only.content.decode()), "although nothing differs from what is saved"


def test_choosing_a_picture_without_script_keeps_what_is_typed(in_acme: Cast, publish: Changed) -> None:
    wares = {"id": "wares", "type": "product_list", "products": [{"name": "Scarf"}]}
    version = publish(blocks=[*DRAFT["blocks"], wares])
    campaign = create_campaign(location=in_acme.leeds, template_version=version, actor=in_acme.manager)
    client, cell = _as(in_acme.leeds_manager), "block-wares-products-1-image"
    products = {"block-wares-products-rows": "2", "block-wares-products-0-name": "Scarf"}
    given = _form(campaign, "Ours.", choose=cell) | products | {"block-wares-products-1-name": "Cap"}
    asked = client.post(_url(campaign), given, follow=True)
    assert asked.redirect_chain[-1][0].startswith("/b/acme/media/choose/?field=" + cell)
    back = asked.context["asked"].answer(MediaImage(name=f"{'a' * 32}.png", alt="A cap"))
    assert back.endswith(f"#id_{cell}")
    page = client.get(back).content.decode()
    assert "Ours.</textarea>" in page and 'value="Cap"' in page and f'value="media:{"a" * 32}.png"' in page
    # What is typed there afterwards counts more than the choice that the address still names.
    saved = client.post(back, given | {"choose": "", "kept": "1", cell: ""}, follow=True)
    assert saved.status_code == 200
    newest = Revision.objects.of_owner(KIND, campaign.pk).last()
    assert newest and [one["name"] for one in newest.blocks[-1]["products"]] == ["Scarf", "Cap"]
    assert not any(one.get("image") for one in newest.blocks[-1]["products"])
