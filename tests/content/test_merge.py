"""The three-way merge: what a store wrote stands on the new version, or is named (Rule T1)."""

import copy
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from storesync.content.blocks import validate_blocks
from storesync.content.differences import Content
from storesync.content.edits import apply_edits, lock_errors
from storesync.content.merge import Choice, Merge, Place, merge
from storesync.content.variables import Variable, variable_set
from tests.content.samples import DECLARED, PREHEADER, SUBJECT, VARIABLES, blocks

OPEN = ("subject", "preheader")


def content(raw: list[dict[str, Any]] | None = None, **lines: str) -> Content:
    made, errors = validate_blocks(blocks() if raw is None else raw, VARIABLES)
    assert not errors, errors
    dumped = [block.model_dump(mode="json") for block in made]
    return Content(**({"subject": SUBJECT, "preheader": PREHEADER} | lines), blocks=dumped)


def changed(block_id: str, to: Content | None = None, **fields: Any) -> Content:
    """The sample, or another content, with fields of one block put in."""
    given = to or content()
    made = [{**block, **fields} if block["id"] == block_id else dict(block) for block in given.blocks]
    return Content(subject=given.subject, preheader=given.preheader, blocks=made)


def merged(
    base: Content,
    theirs: Content,
    mine: Content,
    *,
    choices: Mapping[str, Choice] | None = None,
    variables: Mapping[str, Variable] = VARIABLES,
    open_fields: tuple[str, ...] = OPEN,
) -> Merge:
    return merge(
        base=base, theirs=theirs, mine=mine, variables=variables, open_fields=open_fields, choices=choices
    )


def block(result: Merge, block_id: str) -> dict[str, Any]:
    return next(one for one in result.blocks if one["id"] == block_id)


def only(places: list[Place]) -> Place:
    assert len(places) == 1, places
    return places[0]


BASE = content()


def test_an_edit_stands_where_the_template_changed_nothing() -> None:
    result = merged(BASE, changed("pic", alt="A blue coat"), changed("hello", text="Hi there"))
    assert block(result, "hello")["text"] == "Hi there"
    assert block(result, "pic")["alt"] == "A blue coat"
    assert (only(result.kept).key, only(result.changed).key) == ("hello.text", "pic.alt")
    assert result.conflicts == [] and result.lost == []


def test_two_fields_of_one_block_are_two_places() -> None:
    result = merged(BASE, changed("buy", label="Reserve now"), changed("buy", url="https://shop.example/x"))
    assert block(result, "buy") | {} == {
        **block(result, "buy"),
        "label": "Reserve now",
        "url": "https://shop.example/x",
    }
    assert not result.conflicts


def test_both_changed_is_a_conflict_with_both_sides() -> None:
    result = merged(BASE, changed("hello", text="Theirs"), changed("hello", text="Mine"))
    place = only(result.conflicts)
    assert (place.mine, place.theirs, place.default) == ("Mine", "Theirs", "mine")
    assert place.options == ("mine", "theirs", "typed")
    assert place.why and "Text" in place.place
    assert block(result, "hello")["text"] == "Mine"


def test_a_choice_is_taken_and_what_it_drops_is_named() -> None:
    sides = (BASE, changed("hello", text="Theirs"), changed("hello", text="Mine"))
    theirs = merged(*sides, choices={"hello.text": Choice("theirs")})
    assert block(theirs, "hello")["text"] == "Theirs"
    assert only(theirs.lost).mine == "Mine"
    typed = merged(*sides, choices={"hello.text": Choice("typed", " Both of us ")})
    assert block(typed, "hello")["text"] == "Both of us"
    assert only(typed.conflicts).taken == "typed"


def test_words_typed_at_a_conflict_are_checked() -> None:
    sides = (BASE, changed("hello", text="Theirs"), changed("hello", text="Mine"))
    refused = merged(*sides, choices={"hello.text": Choice("typed", "{{ surprise }}")})
    assert [(error.block_id, error.field) for error in refused.errors] == [("hello", "text")]
    assert block(refused, "hello")["text"] == "Mine"


def test_what_the_new_version_locks_is_a_conflict_that_says_so() -> None:
    result = merged(BASE, changed("hello", locked=True), changed("hello", text="Mine"))
    place = only(result.conflicts)
    assert "locked" in place.why and place.options == ("theirs",)
    assert block(result, "hello")["text"] == BASE.blocks[1]["text"]
    assert only(result.lost).mine == "Mine"
    refused = merged(
        BASE,
        changed("hello", locked=True),
        changed("hello", text="Mine"),
        choices={"hello.text": Choice("mine")},
    )
    assert refused.errors and block(refused, "hello")["text"] != "Mine"


def test_what_is_beyond_a_new_limit_can_be_written_again() -> None:
    theirs = changed("hello", text="Hi", rules={"text": {"max_length": 10}})
    mine = changed("hello", text="Far too long for that")
    place = only(merged(BASE, theirs, mine).conflicts)
    assert "10" in place.why and place.options == ("theirs", "typed")
    again = merged(BASE, theirs, mine, choices={"hello.text": Choice("typed", "Short")})
    assert not again.errors and block(again, "hello")["text"] == "Short"
    longer = merged(BASE, theirs, mine, choices={"hello.text": Choice("typed", "Still too long")})
    assert longer.errors and block(longer, "hello")["text"] == "Hi"


def test_text_that_names_a_variable_which_is_gone_is_a_conflict() -> None:
    fewer = variable_set(one for one in DECLARED if one.name != "headline")
    mine = changed("hello", text="{{ headline }} today")
    place = only(merged(BASE, changed("pic", alt="New"), mine, variables=fewer).conflicts)
    assert (place.key, place.default) == ("hello.text", "theirs")
    assert "headline" in place.why


def test_a_removed_block_takes_what_was_written_in_it_only_by_name() -> None:
    without = content([one for one in blocks() if one["id"] not in ("pic", "line")])
    result = merged(BASE, without, changed("pic", alt="Mine", url="https://shop.example/"))
    assert {place.key for place in result.conflicts} == {"pic.alt", "pic.url"}
    assert {place.mine for place in result.lost} == {"Mine", "https://shop.example/"}
    assert [place.key for place in result.changed] == ["line."]
    assert "removed" in only(result.changed).words


def test_another_kind_of_block_under_the_same_name_is_a_conflict() -> None:
    raw = [one if one["id"] != "hello" else {"id": "hello", "type": "legal", "text": "x"} for one in blocks()]
    result = merged(BASE, content(raw), changed("hello", text="Mine"))
    assert only(result.conflicts).mine == "Mine" and block(result, "hello")["type"] == "legal"
    assert only(merged(BASE, content(raw), BASE).changed).words


def test_new_blocks_and_another_order_come_from_the_template() -> None:
    raw = blocks()
    raw.insert(1, {"id": "news", "type": "text", "text": "New"})
    raw.append(raw.pop(0))
    result = merged(BASE, content(raw), changed("hello", text="Mine"))
    assert [one["id"] for one in result.blocks] == [one["id"] for one in raw]
    assert {place.key for place in result.changed} == {"news.", ".order"}
    assert block(result, "hello")["text"] == "Mine"


def test_new_locks_and_limits_are_told_even_where_nothing_was_written() -> None:
    result = merged(BASE, changed("hello", locked=True), BASE)
    assert "locked" in only(result.changed).words
    result = merged(BASE, changed("hello", rules={"text": {"max_length": 400}}), BASE)
    assert "limits" in only(result.changed).words


def test_subject_and_preheader_follow_what_the_new_version_leaves_to_stores() -> None:
    mine = content(subject="Mine", preheader="Also mine")
    result = merged(BASE, changed("pic", alt="x"), mine, open_fields=("subject",))
    assert (result.subject, result.preheader) == ("Mine", PREHEADER)
    assert only(result.conflicts).key == ".preheader" and only(result.kept).key == ".subject"


def test_fields_that_belong_together_move_together() -> None:
    """First and last day, value and unit: each alone would not fit the other of the template."""
    theirs = changed("offer", conditions="None.", starts_on="2026-11-01", ends_on="2026-11-05")
    mine = changed("offer", value="2 for 1", unit="text", starts_on="2027-01-01", ends_on="2027-01-05")
    result = merged(BASE, theirs, mine)
    offer = block(result, "offer")
    assert (offer["value"], offer["unit"], offer["conditions"]) == ("2 for 1", "text", "None.")
    assert (offer["starts_on"], offer["ends_on"]) == ("2027-01-01", "2027-01-05")
    assert {place.key for place in result.conflicts} == {"offer.starts_on", "offer.ends_on"}
    assert all("typed" not in place.options for place in result.conflicts)


def test_choices_that_do_not_go_together_are_refused() -> None:
    theirs = changed("offer", value="30", unit="percent")
    mine = changed("offer", value="2 for 1", unit="text")
    assert block(merged(BASE, theirs, mine), "offer")["unit"] == "text"
    base = changed("offer", value="5", unit="money")
    result = merged(base, theirs, mine, choices={"offer.unit": Choice("theirs")})
    assert [error.field for error in result.errors] and block(result, "offer")["unit"] == "text"


def test_a_look_that_the_store_set_back_stays_set_back() -> None:
    """Plain data leaves a look out while it has its default; that is an edit all the same."""
    base = changed("hello", tone="soft", rules={"tone": {}})
    result = merged(base, changed("pic", base, alt="New"), changed("hello", base, tone="plain"))
    assert "tone" not in block(result, "hello") and only(result.kept).key == "hello.tone"
    both = merged(
        base,
        changed("hello", base, tone="band"),
        changed("hello", base, tone="plain"),
    )
    assert only(both.conflicts).options == ("mine", "theirs")


# -- products --

COAT, BOOTS, BLANKET = (dict(one) for one in BASE.blocks[5]["products"])


def listed(*products: dict[str, Any]) -> Content:
    return changed("list", products=list(products))


def test_products_are_merged_one_by_one_and_field_by_field() -> None:
    cap = {**BOOTS, "name": "Cap", "price": "19"}
    theirs = listed({**COAT, "note": "Red"}, BOOTS, BLANKET, cap)
    mine = listed({**COAT, "price": "119"}, BLANKET)
    result = merged(BASE, theirs, mine)
    products = block(result, "list")["products"]
    assert [one["name"] for one in products] == ["Wool coat", "Blanket", "Cap"]
    assert (products[0]["note"], products[0]["price"]) == ("Red", "119")
    assert not result.conflicts
    assert {place.key for place in result.kept} == {"list.products.Wool coat.price", "list.products.Boots"}


def test_one_price_changed_twice_is_one_conflict() -> None:
    sides = (BASE, listed({**COAT, "price": "99"}, BOOTS, BLANKET), listed({**COAT, "price": "119"}, BOOTS))
    result = merged(*sides)
    assert only(result.conflicts).key == "list.products.Wool coat.price"
    assert [one["name"] for one in block(result, "list")["products"]] == ["Wool coat", "Boots"]
    chosen = merged(*sides, choices={"list.products.Wool coat.price": Choice("theirs")})
    assert block(chosen, "list")["products"][0]["price"] == "99"
    assert only(chosen.lost).mine == "119"
    typed = merged(*sides, choices={"list.products.Wool coat.price": Choice("typed", "105")})
    assert block(typed, "list")["products"][0]["price"] == "105"
    assert merged(*sides, choices={"list.products.Wool coat.price": Choice("typed", "dear")}).errors


def test_more_products_than_a_list_takes_is_one_choice_between_two_lists() -> None:
    theirs = listed(COAT, BOOTS, BLANKET, *({**BOOTS, "name": f"Theirs {n}"} for n in range(9)))
    mine = listed(COAT, BOOTS, BLANKET, *({**BOOTS, "name": f"Mine {n}"} for n in range(9)))
    place = only(merged(BASE, theirs, mine).conflicts)
    assert place.key == "list.products" and place.options == ("mine", "theirs")


def test_a_locked_list_is_the_templates() -> None:
    theirs = changed("list", listed({**COAT, "price": "99"}, BOOTS), rules={"products": {"locked": True}})
    result = merged(BASE, theirs, listed({**COAT, "note": "Green"}, BOOTS, BLANKET))
    place = only(result.conflicts)
    assert place.options == ("theirs",) and place.key == "list.products"
    assert len(block(result, "list")["products"]) == 2


# -- properties --

TEXTS = st.sampled_from(["", "One", "Two", "{{ location_city }}", "{{ headline }}", "Long " * 30, "<b>{{"])
PRICES = st.sampled_from(["", "9", "12.50", "129", "dear"])
PRODUCT_NAMES = ["Wool coat", "Boots", "Blanket", "Cap", "Scarf"]
PRODUCTS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(PRODUCT_NAMES),
            "price": PRICES,
            "note": st.sampled_from(["", "Navy", "Red"]),
        }
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one["name"],
)
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "head": {"text": TEXTS, "level": st.sampled_from([1, 2]), "tone": st.sampled_from(["plain", "soft"])},
    "hello": {"text": TEXTS},
    "offer": {
        "value": st.sampled_from(["20", "30", "2 for 1", "{{ discount_percentage }}"]),
        "unit": st.sampled_from(["percent", "text", "money"]),
        "label": TEXTS,
        "starts_on": st.sampled_from([None, "2026-11-20", "2026-11-27", "2027-01-02"]),
        "ends_on": st.sampled_from([None, "2026-11-22", "2026-12-06", "2027-02-01"]),
    },
    "buy": {
        "label": TEXTS,
        "url": st.sampled_from(["https://shop.example/a", "https://shop.example/b", "x"]),
    },
    "pic": {"alt": TEXTS},
    "list": {"products": PRODUCTS},
    "store": {"title": TEXTS, "show_map": st.booleans()},
    "law": {"text": TEXTS},
}
RULES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {}, {"locked": True}, {"max_length": 12}, {"choices": ["One", "20"]}]
)
LINES = st.fixed_dictionaries(
    {
        "subject": st.sampled_from([SUBJECT, "One", "Two"]),
        "preheader": st.sampled_from([PREHEADER, "", "Two"]),
    }
)


@st.composite
def versions(draw: st.DrawFn, *, of: Content | None = None) -> Content:
    """A version of a template: the sample, or another version, with blocks changed, moved, added, removed."""
    raw = [copy.deepcopy(dict(one)) for one in (of or BASE).blocks]
    for one in raw:
        for name, values in FIELDS.get(one["id"], {}).items():
            if draw(st.integers(0, 3)) == 0:
                tried = {**one, name: draw(values)}
                if not validate_blocks([tried], VARIABLES)[1]:
                    one[name] = tried[name]
            if name in one and draw(st.integers(0, 4)) == 0:
                one["rules"] = {**one.get("rules", {}), name: draw(RULES)}
        if draw(st.integers(0, 5)) == 0:
            one["locked"] = not one.get("locked", False)
    if of is not None:
        raw = [one for one in raw if draw(st.integers(0, 6)) != 0]
        if draw(st.booleans()):
            raw.append({"id": "extra", "type": "text", "text": draw(st.sampled_from(["New", "Newer"]))})
        raw = draw(st.permutations(raw)) if draw(st.booleans()) else raw
    return content(raw, **draw(LINES))


@st.composite
def local(draw: st.DrawFn, base: Content) -> Content:
    """A store's message: the version with edits that its locks, limits and variables allow."""
    originals, errors = validate_blocks(base.blocks, VARIABLES)
    assert not errors
    edits: dict[str, dict[str, Any]] = {}
    for one in base.blocks:
        for name, values in FIELDS.get(one["id"], {}).items():
            if draw(st.integers(0, 2)) == 0:
                tried = copy.deepcopy(edits)
                tried.setdefault(one["id"], {})[name] = draw(values)
                if not apply_edits(originals, tried, VARIABLES)[1]:
                    edits = tried
    made, errors = apply_edits(originals, edits, VARIABLES)
    assert not errors
    dumped = [one.model_dump(mode="json") for one in made]
    return Content(**draw(LINES), blocks=dumped)


@st.composite
def three(draw: st.DrawFn) -> tuple[Content, Content, Content]:
    base = draw(versions())
    return base, draw(versions(of=base)), draw(local(base))


@st.composite
def chosen(draw: st.DrawFn, result: Merge) -> dict[str, Choice]:
    """Any choice at any conflict, allowed there or not."""
    return {
        place.key: Choice(draw(st.sampled_from(["mine", "theirs", "typed"])), draw(TEXTS))
        for place in result.conflicts
        if draw(st.booleans())
    }


def message(given_: Content | Merge) -> tuple[str, str, list[dict[str, Any]]]:
    return given_.subject, given_.preheader, [dict(one) for one in given_.blocks]


def local_edits(base: Content, mine: Content) -> list[tuple[str, Any]]:
    """Every edit of a store, by the key of its place: field by field, of products one by one."""
    found: list[tuple[str, Any]] = [
        (f".{name}", getattr(mine, name))
        for name in ("subject", "preheader")
        if getattr(mine, name) != getattr(base, name)
    ]
    olds = {one["id"]: one for one in base.blocks}
    for one in mine.blocks:
        found += [
            (f"{one['id']}.{name}", value)
            for name, value in one.items()
            if olds[one["id"]].get(name) != value
        ]
    return found


def holds(result: Merge, key: str, value: Any) -> bool:
    block_id, _dot, name = key.partition(".")
    if not block_id:
        return bool(getattr(result, name) == value)
    return any(one["id"] == block_id and one.get(name) == value for one in result.blocks)


def product_edits(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[tuple[str, str, Any]]:
    """Edits inside a list of products: (name, field, value); the field "" for one added or removed."""
    old, new = ({one["name"]: one for one in side} for side in (before, after))
    found: list[tuple[str, str, Any]] = [(name, "", None) for name in old if name not in new]
    for name, one in new.items():
        if name not in old:
            found.append((name, "", one))
            continue
        found += [(name, field, value) for field, value in one.items() if old[name][field] != value]
    return found


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_local_edit_is_lost_without_being_named(data: st.DataObject) -> None:
    """Whatever was chosen: an edit stands in the result, or a place says that it does not."""
    base, theirs, mine = data.draw(three())
    choices = data.draw(chosen(merged(base, theirs, mine)))
    result = merged(base, theirs, mine, choices=choices)
    lost = {place.key for place in result.lost}
    assert all(place.outcome == "conflict" and place.why for place in result.lost)
    for key, value in local_edits(base, mine):
        if key != "list.products" or key in lost:
            assert holds(result, key, value) or key in lost, key
            continue
        ours = next(one for one in mine.blocks if one["id"] == "list")["products"]
        olds = next(one for one in base.blocks if one["id"] == "list")["products"]
        found = {one["name"]: one for one in block(result, "list")["products"]}
        for name, field, edit in product_edits(olds, ours):
            names = {f"{key}.{name}", f"{key}.{name}.{field}"}
            if field:
                stands = name in found and found[name][field] == edit
            else:
                stands = (name in found) == (edit is not None)
                if edit is not None and stands:
                    stands = all(
                        found[name][part] == edit[part] or f"{key}.{name}.{part}" in lost for part in edit
                    )
            assert stands or names & lost, (name, field)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_result_obeys_the_new_version(data: st.DataObject) -> None:
    base, theirs, mine = data.draw(three())
    choices = data.draw(chosen(merged(base, theirs, mine)))
    result = merged(base, theirs, mine, choices=choices, open_fields=("preheader",))
    template, errors = validate_blocks(theirs.blocks, VARIABLES)
    made, problems = validate_blocks(result.blocks, VARIABLES)
    assert not errors and not problems
    assert lock_errors(made, template) == []
    assert result.subject == theirs.subject


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_nothing_new_leaves_the_stores_message_and_nothing_local_gives_the_templates(
    data: st.DataObject,
) -> None:
    base, theirs, mine = data.draw(three())
    untouched = merged(base, base, mine)
    assert message(untouched) == message(mine) and not untouched.conflicts and not untouched.changed
    fresh = merged(base, theirs, base)
    assert message(fresh) == message(theirs) and not fresh.conflicts and not fresh.kept
    same = merged(base, theirs, theirs)
    assert message(same) == message(theirs) and not same.lost


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_merging_again_changes_nothing_and_the_same_gives_the_same(data: st.DataObject) -> None:
    base, theirs, mine = data.draw(three())
    first = merged(base, theirs, mine)
    assert merged(base, theirs, mine) == first
    once = Content(subject=first.subject, preheader=first.preheader, blocks=first.blocks)
    assert message(merged(base, theirs, once)) == message(first)
    assert message(merged(theirs, theirs, once)) == message(first)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_option_that_is_offered_can_be_taken(data: st.DataObject) -> None:
    base, theirs, mine = data.draw(three())
    for place in merged(base, theirs, mine).conflicts:
        assert place.default in place.options
        for take in set(place.options) - {"typed"}:
            again = merged(base, theirs, mine, choices={place.key: Choice(take)})
            # Places that hang together: the parts of an offer, and the last product of a list.
            coupled = place.block_id == "offer" or place.field == "products"
            assert coupled or not again.errors, (place, again.errors)
