"""The editor of a template by plain forms and as parts of a page: every edit, its conflict, its way back."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from storesync.campaigns.actions.template import publish_version, save_draft
from storesync.campaigns.forms.block_form import BlockForm, lock_of
from storesync.campaigns.forms.blocks import store_fields
from storesync.campaigns.models import CampaignTemplate
from storesync.core.scoping import brand_scope
from tests.campaigns.making import DRAFT
from tests.conftest import Cast
from tests.guidelines.making import in_force

EDIT = "/b/acme/templates/winter/edit/"


class Editor:
    """The editor as one person has it open."""

    def __init__(self, person: Any, template: CampaignTemplate) -> None:
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.pk, self.brand = template.pk, template.brand_id

    @property
    def template(self) -> CampaignTemplate:
        with brand_scope([self.brand]):
            found: CampaignTemplate = CampaignTemplate.objects.get(pk=self.pk)
            return found

    @property
    def ids(self) -> list[str]:
        """The blocks, in order."""
        return [one["id"] for one in self.template.draft["blocks"]]

    def block(self, block_id: str) -> dict[str, Any]:
        """A block of the draft."""
        found: dict[str, Any] = next(one for one in self.template.draft["blocks"] if one["id"] == block_id)
        return found

    def get(self, query: str = "", **headers: Any) -> str:
        """The page."""
        answer = self.client.get(EDIT + query, headers=headers or None)
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, query: str = "", *, part: bool = False, number: int | None = None, **data: Any) -> Any:
        """An edit of the draft that stands there now, or of an older one."""
        number = self.template.draft_number if number is None else number
        headers = {"HX-Request": "true"} if part else None
        return self.client.post(EDIT + query, {"draft_number": number, **data}, headers=headers)


@pytest.fixture
def editor(in_acme: Cast, template: CampaignTemplate) -> Editor:
    return Editor(in_acme.manager, template)


def heading(text: str, **more: str) -> dict[str, str]:
    """The posted form of the heading."""
    return {"op": "save", "block": "head", "block-text": text, "block-level": "1", **more}


# -- the list


@pytest.mark.parametrize("part", [False, True])
def test_blocks_are_added_anywhere_moved_copied_and_removed(editor: Editor, part: bool) -> None:
    def done(answer: Any) -> str:
        """Where the person is afterwards."""
        assert answer.status_code == (200 if part else 302)
        return str(answer.headers["HX-Push-Url" if part else "Location"])

    at = done(editor.post(op="add", type="button", after="head", part=part))
    fresh = editor.ids[1]
    assert at.endswith(f"?block={fresh}")
    assert editor.ids == ["head", fresh, "hello", "store"]
    done(editor.post(op="add", type="divider", after="", part=part))
    assert editor.block(editor.ids[0])["type"] == "divider"
    done(editor.post(op="up", block="hello", part=part))
    done(editor.post(op="down", block="head", part=part))
    assert editor.ids[1:] == ["hello", "head", fresh, "store"]
    done(editor.post(op="move", block="store", to="1", part=part))
    assert editor.ids[1:] == ["store", "hello", "head", fresh]
    done(editor.post(op="duplicate", block="hello", part=part))
    copy = editor.ids[editor.ids.index("hello") + 1]
    assert editor.block(copy) | {"id": ""} == editor.block("hello") | {"id": ""}
    done(editor.post(op="remove", block=copy, part=part))
    assert copy not in editor.ids


def test_ends_of_the_list_and_unknown_blocks(editor: Editor) -> None:
    assert editor.post(op="up", block="head").status_code == 302
    assert editor.post(op="move", block="head", to="99").status_code == 302
    assert editor.ids == ["hello", "store", "head"]
    assert editor.post(op="up", block="nope").status_code == 409
    assert editor.post(op="add", type="nope").status_code == 409
    assert editor.post(op="explode").status_code == 404


def test_the_picker_names_each_type(editor: Editor) -> None:
    page = editor.get("?add=hello")
    assert page.count('class="picker__kind"') == 9
    assert re.search(r'<option value="hello"\s+selected', page)
    assert "Address, opening hours, phone and map of each store." in page


@pytest.mark.parametrize("part", [False, True])
def test_what_is_removed_comes_back_to_its_place(editor: Editor, part: bool) -> None:
    answer = editor.post(op="remove", block="hello", part=part)
    address = answer.headers["HX-Push-Url" if part else "Location"].removeprefix(EDIT)
    assert editor.ids == ["head", "store"]
    # The way back stands in the address: it is there after a reload, by a plain form.
    for _time in range(2):
        assert "Text removed." in editor.get(address)
    assert editor.post(op="add", type="divider", after="head").status_code == 302
    undo = editor.get(address).split("data-undo", 1)[1].split("</form>")[0]
    data = dict(re.findall(r'name="(op|block|from)" value="([^"]*)"', undo))
    assert data == {"op": "restore", "block": "hello", "from": "0"}
    assert editor.post(part=part, **data).status_code == (200 if part else 302)
    assert [one for one in editor.ids if one in {"head", "hello", "store"}] == ["head", "hello", "store"]
    assert editor.block("hello")["text"] == DRAFT["blocks"][1]["text"]
    assert "Text removed." not in editor.get(address)
    assert editor.post(op="restore", block="hello", **{"from": "77"}).status_code == 409


# -- the fields


def test_what_is_typed_is_saved_without_leaving_the_page(editor: Editor) -> None:
    answer = editor.post("?block=head", part=True, **heading("Soft {{ location_name }}"))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<html" not in page and 'data-part="list"' in page
    assert editor.block("head")["text"] == "Soft {{ location_name }}"
    assert f'name="draft_number" value="{editor.template.draft_number}"' in page


def test_a_mistake_keeps_what_was_typed_and_says_where(editor: Editor) -> None:
    answer = editor.post("?block=hello", op="save", block="hello", **{"block-text": "Hi\n\n{{ first_nam }}"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 3, column" in page and "Did you mean first_name?" in page
    assert "Hi\n\n{{ first_nam }}" in page
    assert "1 error" in page.split('id="editor-fields"')[0]
    assert editor.template.draft_number == 0


def test_products_are_rows_with_and_without_a_script(editor: Editor) -> None:
    editor.post(op="add", type="product_list", after="head")
    block = editor.ids[1]
    rows = {
        "op": "save",
        "block": block,
        "block-products-rows": "3",
        "block-products-0-name": "Mug",
        "block-products-0-price": "9.50",
        "block-products-1-name": "Throw",
        "block-products-1-image": "https://cdn.example.com/throw.jpg",
    }
    assert editor.post(f"?block={block}", **rows).status_code == 302
    assert [one["name"] for one in editor.block(block)["products"]] == ["Mug", "Throw"]
    page = editor.get(f"?block={block}")
    assert 'value="https://cdn.example.com/throw.jpg"' in page and 'name="block-products-2-name"' in page
    editor.post(f"?block={block}", **rows, **{"block-products-do": "up-1"})
    assert [one["name"] for one in editor.block(block)["products"]] == ["Throw", "Mug"]
    editor.post(f"?block={block}", **rows, **{"block-products-do": "remove-0"})
    assert [one["name"] for one in editor.block(block)["products"]] == ["Throw"]
    wrong = editor.post(f"?block={block}", **rows | {"block-products-1-price": "cheap"})
    assert wrong.status_code == 422
    assert "Product 2, Price: Write the amount as a number" in wrong.content.decode()
    empty = editor.post(f"?block={block}", op="save", block=block, **{"block-products-rows": "1"})
    assert "Name at least one product." in empty.content.decode()


def test_the_looks_of_a_block_are_chosen_from_words(editor: Editor) -> None:
    page = editor.get("?block=hello")
    assert "band in the brand" in page and ">Look<" in page
    text = DRAFT["blocks"][1]["text"]
    saved = editor.post(
        "?block=hello", op="save", block="hello", **{"block-text": text, "block-tone": "band"}
    )
    assert saved.status_code == 302
    assert editor.block("hello")["tone"] == "band"
    assert editor.block("hello")["rules"] == DRAFT["blocks"][1]["rules"] | editor.block("hello")["rules"]


def test_dates_and_what_stores_may_change_of_the_lines(editor: Editor) -> None:
    lines = {
        "op": "lines",
        "lines-subject": "Hi",
        "lines-open_fields": ["subject"],
        "lines-start_kind": "date",
        "lines-start": "2026-12-01T09:00",
        "lines-end": "2026-12-24T18:00",
    }
    assert editor.post("?part=lines", **lines).status_code == 302
    draft = editor.template.draft
    assert draft["schedule"] == {"start": "2026-12-01T09:00", "end": "2026-12-24T18:00"}
    assert draft["open_fields"] == ["subject"]
    wrong = editor.post("?part=lines", **lines | {"lines-end": "2026-11-01T09:00"})
    assert wrong.status_code == 422 and "The end must come after the start." in wrong.content.decode()


# -- locks


def test_locks_of_a_block_and_of_its_fields_with_their_reasons(editor: Editor) -> None:
    typed = heading(
        "Winter",
        **{
            "block-lock": "limits",
            "block-rule_text_mode": "limits",
            "block-rule_text_max_length": "40",
            "block-rule_text_reason": "It must fit a phone.",
            "block-rule_level_mode": "fixed",
            "block-rule_level_reason": "One size.",
            "block-rule_tone_mode": "limits",
            "block-rule_tone_choices": ["plain", "soft"],
            "block-rule_align_mode": "fixed",
            "block-rule_kicker_mode": "free",
        },
    )
    assert editor.post("?block=head", **typed).status_code == 302
    block = editor.block("head")
    assert not block["locked"]
    rules = {name: {k: v for k, v in rule.items() if v} for name, rule in block["rules"].items()}
    assert rules == {
        "text": {"max_length": 40, "reason": "It must fit a phone."},
        "level": {"locked": True, "reason": "One size."},
        "tone": {"choices": ["plain", "soft"]},
    }
    # What the page then shows, posted as it stands, changes nothing.
    assert BlockForm(block=block)["rule_tone_choices"].value() == ["plain", "soft"]
    number = editor.template.draft_number
    editor.post("?block=head", **typed)
    assert editor.template.draft_number == number

    editor.post("?block=head", **heading("Winter", **{"block-lock": "fixed", "block-lock_reason": "Legal."}))
    assert (editor.block("head")["locked"], editor.block("head")["lock_reason"]) == (True, "Legal.")
    editor.post("?block=head", **heading("Winter", **{"block-lock": "free"}))
    assert (lock_of(editor.block("head")), editor.block("head")["rules"]) == ("free", {})


def test_a_limit_that_says_nothing_or_nonsense_is_refused(editor: Editor) -> None:
    for more, words in (
        ({}, "Set at least one limit, or choose Free."),
        ({"block-rule_text_max_length": "0"}, "greater than or equal to 1"),
    ):
        answer = editor.post(
            "?block=head",
            **heading("Winter", **{"block-lock": "limits", "block-rule_text_mode": "limits", **more}),
        )
        assert answer.status_code == 422 and words in answer.content.decode()


# -- two editors


@pytest.mark.parametrize("part", [False, True])
def test_a_stale_save_shows_what_changed_and_keeps_mine_when_asked(
    editor: Editor, in_acme: Cast, part: bool
) -> None:
    seen = editor.template.draft_number
    theirs = [DRAFT["blocks"][0] | {"text": "Their winter"}, *DRAFT["blocks"][1:]]
    save_draft(
        template=editor.template, draft=DRAFT | {"blocks": theirs}, draft_number=seen, actor=in_acme.admin
    )
    answer = editor.post("?block=head", part=part, number=seen, **heading("My winter"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<ins>Their</ins>" in page or "Their winter" in page
    assert 'value="My winter"' in page, "what was typed is still there"
    assert f'name="draft_number" value="{seen}"' in page.split('id="fields-form"')[1]
    # Saving again is no way around; "keep mine" is.
    assert editor.post("?block=head", number=seen, **heading("My winter")).status_code == 409
    newer = re.search(r'name="newer"\s+value="(\d+)"', page)
    assert newer
    kept = editor.post("?block=head", part=part, number=seen, newer=newer[1], **heading("My winter"))
    assert kept.status_code == (200 if part else 302)
    assert editor.block("head")["text"] == "My winter"


def test_keep_mine_never_overwrites_a_third_person(editor: Editor, in_acme: Cast) -> None:
    for n, subject in enumerate(("Second", "Third")):
        draft = DRAFT | {"subject": subject}
        save_draft(template=editor.template, draft=draft, draft_number=n, actor=in_acme.admin)
    answer = editor.post("?part=lines", number=0, newer=1, op="lines", **{"lines-subject": "Mine"})
    assert answer.status_code == 409
    assert editor.template.draft["subject"] == "Third"


def test_a_block_that_somebody_removed_can_be_kept(editor: Editor, in_acme: Cast) -> None:
    rest = [one for one in DRAFT["blocks"] if one["id"] != "hello"]
    save_draft(template=editor.template, draft=DRAFT | {"blocks": rest}, draft_number=0, actor=in_acme.admin)
    typed = {"op": "save", "block": "hello", "block-text": "Mine"}
    answer = editor.post("?block=hello", number=0, **typed)
    assert answer.status_code == 409 and "Text removed" in answer.content.decode()
    assert editor.post("?block=hello", number=0, newer=1, **typed).status_code == 302
    assert editor.ids == ["head", "hello", "store"]


def test_a_stale_edit_of_the_list_can_be_done_again(editor: Editor, in_acme: Cast) -> None:
    draft = DRAFT | {"subject": "Theirs"}
    save_draft(template=editor.template, draft=draft, draft_number=0, actor=in_acme.admin)
    answer = editor.post(number=0, op="remove", block="store")
    page = answer.content.decode()
    assert answer.status_code == 409 and "Theirs" in page and "store" in editor.ids
    again = page.split('id="conflict"')[1].split("</form>")[0]
    data = dict(re.findall(r'name="(draft_number|op|block)" value="([^"]*)"', again))
    assert editor.client.post(EDIT, data).status_code == 302
    assert "store" not in editor.ids


# -- the draft and the template as a whole


def test_the_draft_goes_back_to_the_published_version_and_forth(editor: Editor, in_acme: Cast) -> None:
    assert editor.post(op="discard").status_code == 409  # nothing is published
    with brand_scope([in_acme.acme.pk]):
        publish_version(template=editor.template, actor=in_acme.manager)
    editor.post("?block=head", **heading("New words"))
    answer = editor.post(op="discard")
    assert editor.block("head")["text"] == DRAFT["blocks"][0]["text"]
    page = editor.get(answer.headers["Location"].removeprefix(EDIT))
    assert "The draft is what was published last." in page
    assert editor.post(op="undiscard", **{"from": "1"}).status_code == 302
    assert editor.block("head")["text"] == "New words"
    assert editor.post(op="undiscard", **{"from": "99"}).status_code == 409


def test_settings_of_a_template(editor: Editor) -> None:
    address = EDIT.replace("edit", "settings")
    page = editor.client.get(address).content.decode()
    version = re.search(r'name="version" value="([^"]+)"', page)
    assert version
    data = {"name": "Deep winter", "campaign_type": "clearance", "description": "x", "version": version[1]}
    assert editor.client.post(address, data).status_code == 302
    assert (editor.template.name, editor.template.campaign_type) == ("Deep winter", "clearance")
    assert editor.template.slug == "winter"
    stale = editor.client.post(address, data | {"name": "Mine"})
    assert stale.status_code == 409 and "Deep winter" in stale.content.decode()
    assert editor.client.post(address, data | {"name": ""}).status_code == 422


def test_a_template_is_duplicated_with_its_draft(editor: Editor, in_acme: Cast) -> None:
    answer = editor.client.post(EDIT.replace("edit", "duplicate"))
    assert answer.status_code == 302
    with brand_scope([in_acme.acme.pk]):
        copy = CampaignTemplate.objects.get(slug="winter-copy")
        assert copy.draft == editor.template.draft
        assert copy.versions.count() == 0


def test_only_writers_of_templates_get_in(in_acme: Cast, template: CampaignTemplate) -> None:
    for person in (in_acme.leeds_manager, in_acme.viewer):
        shut = Editor(person, template)
        assert shut.client.get(EDIT).status_code == 403
        for page in ("settings", "duplicate"):
            assert shut.client.post(EDIT.replace("edit", page)).status_code == 403


# -- variables, and the cost


def test_variables_are_listed_by_source_with_samples(editor: Editor) -> None:
    page = editor.get()
    groups = re.findall(r'role="group"\s+class="variables__group"\s+aria-label="([^"]+)"', page)
    assert groups == ["Roll-out", "Store", "Brand", "Recipient"]
    assert "{{ discount_percentage }}" in page and "percentage" in page


def test_the_editor_costs_the_same_for_many_blocks(editor: Editor, in_acme: Cast) -> None:
    def cost(query: str) -> int:
        editor.get(query)
        with CaptureQueriesContext(connection) as queries:
            editor.get(query)
        return len(queries)

    few = [cost(query) for query in ("", "?block=head", "?add=")]
    more = [{"id": f"more-{n}", "type": "text", "text": f"Line {n}"} for n in range(40)]
    draft = DRAFT | {"blocks": [*DRAFT["blocks"], *more]}
    save_draft(template=editor.template, draft=draft, draft_number=0, actor=in_acme.manager)
    assert [cost(query) for query in ("", "?block=head", "?add=")] == few
    assert max(few) <= 25


def test_a_new_picture_begins_empty_and_may_be_kept_so(editor: Editor) -> None:
    editor.post(op="add", type="image", after="head")
    block = editor.ids[1]
    page = editor.get(f"?block={block}")
    assert "example.com" not in page.split('id="fields-form"')[1].split("</form>")[0]
    assert "Choose a picture" in page and editor.block(block).get("alt", "") == ""
    words = {"block-src": "", "block-alt": "A mug"}
    assert editor.post(f"?block={block}", op="save", block=block, **words).status_code == 302
    checks = editor.client.get(EDIT.replace("edit", "checks")).content.decode()
    assert "The picture is still to be chosen." in checks and editor.block(block)["alt"] == "A mug"


def test_pictures_of_products_are_chosen_without_a_script(editor: Editor) -> None:
    editor.post(op="add", type="product_list", after="head")
    block, address = editor.ids[1], f"media:{'b' * 32}.jpg"
    for row in (0, 1):
        back = f"?block={block}&picked={address}&picked_for=block-products-{row}-image&picked_alt=A+mug"
        page = editor.get(back)
        assert f'value="{address}"' in page and page.count('name="block-products-rows"') == 1
    nowhere = editor.get(f"?block={block}&picked={address}&picked_for=block-products-7-image")
    assert f'value="{address}"' not in nowhere


def test_choosing_without_a_script_saves_what_is_typed(editor: Editor) -> None:
    editor.post(op="add", type="product_list", after="head")
    block, cell = editor.ids[1], "block-products-1-image"
    rows = {"block-products-rows": "2", "block-products-0-name": "Cap", "block-products-1-name": "Scarf"}
    asked = editor.post(f"?block={block}&view=phone", op="save", block=block, choose=cell, **rows)
    assert asked.status_code == 302 and asked["Location"].startswith("/b/acme/media/choose/?field=" + cell)
    assert [one["name"] for one in editor.block(block)["products"]] == ["Cap", "Scarf"]
    back = editor.client.get(asked["Location"]).context["asked"].back
    assert back == f"{EDIT}?block={block}&view=phone#id_{cell}"
    rows["block-products-0-price"] = "many"
    wrong = editor.post(f"?block={block}", op="save", block=block, choose=cell, **rows)
    assert wrong.status_code == 422 and 'value="many"' in wrong.content.decode()


def test_pictures_come_from_the_library(editor: Editor) -> None:
    editor.post(op="add", type="image", after="head")
    block = editor.ids[1]
    page = editor.get(f"?block={block}")
    assert 'data-chooser="id_block-src"' in page and 'data-chooser-alt="id_block-alt"' in page
    address = f"media:{'a' * 32}.jpg"
    back = f"?block={block}&picked={address}&picked_for=block-src&picked_alt=A+mug"
    assert f'value="{address}"' in editor.get(back)
    assert editor.block(block)["src"] != address, "it is not saved before the person says so"
    editor.post(op="add", type="product_list", after="head")
    rows = editor.get(f"?block={editor.ids[1]}")
    assert 'data-chooser="id_block-products-0-image"' in rows


def test_enter_in_a_product_is_a_save_and_no_arrow(editor: Editor) -> None:
    editor.post(op="add", type="product_list", after="head")
    form = editor.get(f"?block={editor.ids[1]}").split('id="fields-form"')[1]
    first = re.search(r'<button type="submit"[^>]*>', form)
    assert first and "aria-hidden" in first[0] and "-do" not in first[0]


def test_checks_lead_to_the_field_that_mends_them(editor: Editor) -> None:
    editor.post(op="add", type="image", after="head")
    block = editor.ids[1]
    src = {"block-src": "https://cdn.example.com/mug.jpg", "block-alt": ""}
    editor.post(f"?block={block}", op="save", block=block, **src)
    address = EDIT.replace("edit", "checks")
    page = editor.client.get(address).content.decode()
    assert f"{EDIT}?block={block}#id_block-alt" in page
    assert "The image has no alternative text." in page
    part = editor.client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and f'data-finding="{block}"' in part
    assert f'hx-get="{address}"' in editor.get()


@pytest.mark.parametrize("part", [False, True])
def test_the_text_that_a_guideline_misses_is_put_in_and_taken_out_again(
    editor: Editor, in_acme: Cast, part: bool
) -> None:
    small_print = {"id": "small", "kind": "disclaimer", "text": "* While stocks last. No cash value."}
    in_force(in_acme, small_print, {"id": "also", "kind": "disclaimer", "text": "Prices in euros."})
    checks = EDIT.replace("edit", "checks")
    page = editor.client.get(checks).content.decode()
    assert page.count("Insert the text") == 2
    before = editor.template.draft["blocks"]
    assert editor.post(op="insert", rule="small", part=part).status_code == (200 if part else 302)
    legal = editor.ids[-1]
    assert editor.block(legal)["text"] == "* While stocks last. No cash value."
    editor.post(op="insert", rule="also", part=part)
    assert editor.ids[-1] == legal, "one block has them both"
    assert editor.block(legal)["text"] == "* While stocks last. No cash value.\n\nPrices in euros."
    assert "Insert the text" not in editor.client.get(checks).content.decode()
    number = editor.template.draft_number
    editor.post(op="insert", rule="also", part=part)
    assert editor.template.draft_number == number, "a second click puts nothing in twice"
    page = editor.get(f"?block={legal}&inserted={number - 2}")
    assert "The legal text is put in." in page and 'value="undiscard"' in page
    editor.post(op="undiscard", part=part, **{"from": str(number - 2)})
    assert editor.template.draft["blocks"] == before
    assert editor.post(op="insert", rule="gone", part=part).status_code == 409


def test_a_full_legal_block_is_followed_by_another(editor: Editor, in_acme: Cast) -> None:
    in_force(in_acme, {"id": "small", "kind": "disclaimer", "text": "While stocks last."})
    editor.post(op="add", type="legal", after="head")
    full = editor.ids[1]
    editor.post(op="save", block=full, **{"block-text": "x" * 4990})
    editor.post(op="insert", rule="small")
    assert editor.block(editor.ids[2])["text"] == "While stocks last."


def test_limits_of_days_are_set_shown_and_fit_together(editor: Editor) -> None:
    editor.post(op="add", type="offer", after="head")
    block = editor.ids[1]
    given = {"block-value": "2 for 1", "block-unit": "text", "block-lock": "limits"}
    given |= {"block-rule_ends_on_mode": "limits", "block-rule_ends_on_minimum": "2026-12-24"}
    wrong = given | {"block-rule_ends_on_maximum": "2026-12-01"}
    answer = editor.post(f"?block={block}", op="save", block=block, **wrong)
    assert answer.status_code == 422 and "The latest day is before the earliest." in answer.content.decode()
    given |= {"block-rule_ends_on_maximum": "2026-12-31"}
    assert editor.post(f"?block={block}", op="save", block=block, **given).status_code == 302
    rule = editor.block(block)["rules"]["ends_on"]
    assert (rule["minimum"], rule["maximum"]) == ("2026-12-24", "2026-12-31")
    fields = dict(store_fields(editor.block(block)))
    assert "31 Dec 2026 at the latest." in fields["ends_on"].help_text
    assert fields["ends_on"].widget.attrs["max"] == "2026-12-31"
    assert 'value="2026-12-31"' in editor.get(f"?block={block}")


def test_an_address_of_a_button_says_what_to_do_when_it_is_opened(editor: Editor) -> None:
    answer = editor.client.get(EDIT.replace("edit", "preview"))
    assert answer.status_code == 405 and "POST" in answer.headers["Allow"]
    assert "press the button once more" in answer.content.decode()


def test_a_check_says_its_place_once(editor: Editor, in_acme: Cast) -> None:
    in_force(in_acme, {"id": "no", "kind": "banned_words", "words": [{"text": "winter"}]})
    page = " ".join(editor.client.get(EDIT.replace("edit", "checks")).content.decode().split())
    assert page.count("Heading, Text") == 1
    assert "Heading, Text</a>: “Winter” is not allowed." in page
