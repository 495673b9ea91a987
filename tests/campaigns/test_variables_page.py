"""Variables of a template: declared on a page, looked up at store and brand, filled in for the recipient."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from storesync.audience.models import Contact
from storesync.brands.actions.brand import update_brand
from storesync.brands.actions.location import update_location
from storesync.brands.models import Brand
from storesync.campaigns.actions.rollout import (
    choose_locations,
    create_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import create_template, publish_version
from storesync.campaigns.forms.rollout import value_field
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, Rollout
from storesync.campaigns.preflight import preflight
from storesync.content.variables import ValueRefused, Variable
from tests.campaigns.making import DRAFT
from tests.campaigns.reviewing import decide, submit
from tests.conftest import Cast

B = "/b/acme"


def row(place: int, called: str, **more: Any) -> dict[str, Any]:
    """What a browser posts for one variable."""
    usual = {"label": called.title(), "name": called, "type": "text", "source": "rollout", "required": "on"}
    return {f"v-{place}-{key}": value for key, value in (usual | more).items()}


def form(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The whole form."""
    data: dict[str, Any] = {"v-TOTAL_FORMS": len(rows), "v-INITIAL_FORMS": 0, "draft_number": 0}
    for one in rows:
        data |= one
    return data | more


DISCOUNT = row(0, "discount_percentage", type="percent", minimum="5", maximum="50")


@pytest.fixture
def client(in_acme: Cast) -> Client:
    client = Client()
    client.force_login(in_acme.manager)
    return client


def test_every_source_type_and_format_is_declared(client: Client, template: CampaignTemplate) -> None:
    answer = client.post(
        f"{B}/templates/winter/variables/",
        form(
            DISCOUNT,
            row(1, "parking", source="store", key="Parking spaces", type="number", decimals="0"),
            row(2, "hotline", source="brand", fallback="our stores", max_length="40"),
            row(3, "tier", source="recipient", fallback="friend", key="ignored"),
            row(4, "ends_on", type="date", style="weekday", sample="2026-11-27", required=""),
            row(5, "price", type="money", decimals="2", style="short", choices="a,b"),
        ),
    )
    assert answer.status_code == 302
    template.refresh_from_db()
    found = {one["name"]: one for one in template.draft["variables"]}
    assert found["parking"] | {"label": ""} == {
        "name": "parking",
        "label": "",
        "type": "number",
        "source": "store",
        "key": "Parking spaces",
        "fallback": "",
        "required": True,
        "format": "0",
    }
    assert found["hotline"]["max_length"] == 40 and found["hotline"]["fallback"] == "our stores"
    assert "key" not in found["tier"], "a recipient's column has the name of the variable"
    assert (found["ends_on"]["format"], found["ends_on"]["required"]) == ("weekday", False)
    assert found["price"]["format"] == "2" and "choices" not in found["price"], (
        "only what belongs to the type"
    )
    page = client.get(f"{B}/templates/winter/variables/").content.decode()
    assert 'value="Parking spaces"' in page and '<option value="weekday" selected>' in page


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"name": "Bad Name"}, "name", "a letter first"),
        ({"name": "self"}, "name", "word of the template language"),
        ({"name": "location_name"}, "name", "already"),
        ({"name": "discount_percentage"}, "name", "already"),
        ({"label": ""}, "label", "required"),
        ({"source": "recipient"}, "fallback", "needs a fallback"),
        ({"source": "recipient", "fallback": "1", "type": "number"}, "type", "is a text"),
        ({"type": "choice"}, "choices", "at least one choice"),
        ({"type": "number", "minimum": "9", "maximum": "1"}, "minimum", "larger than the largest"),
        ({"type": "date", "earliest": "2026-12-02", "latest": "2026-12-01"}, "earliest", "after the latest"),
        ({"type": "number", "maximum": "x"}, "maximum", "Write a number"),
        ({"type": "number", "fallback": "x"}, "fallback", "Write a number"),
        ({"type": "date", "sample": "soon"}, "sample", "2026-11-27"),
        ({"type": "money", "decimals": "3"}, "decimals", "does not belong"),
        ({"type": "url", "fallback": "http://x.example"}, "fallback", "https://"),
    ],
)
def test_a_fault_stands_at_its_row_and_field(
    client: Client, template: CampaignTemplate, wrong: dict[str, str], field: str, says: str
) -> None:
    answer = client.post(f"{B}/templates/winter/variables/", form(DISCOUNT, row(1, "x", **wrong)))
    assert answer.status_code == 422
    errors = answer.context["form"].forms[1].errors
    assert list(errors) == [field] and says in str(errors[field])
    assert f'href="#id_v-1-{field}"' in answer.content.decode(), "the summary leads to the field"


def test_rows_come_and_go_without_saving(client: Client, template: CampaignTemplate) -> None:
    address = f"{B}/templates/winter/variables/"
    more = client.post(address, form(DISCOUNT, row(1, "half typed", type="nonsense"), add="1"))
    assert more.status_code == 200
    names = [one["name"].value() for one in more.context["form"].forms]
    assert names == ["discount_percentage", "half typed", None]
    assert "errors" not in more.content.decode().split("</form>")[0].split("<form")[1]
    less = client.post(address, form(DISCOUNT, row(1, "x"), remove="0"))
    assert [one["name"].value() for one in less.context["form"].forms] == ["x"]
    template.refresh_from_db()
    assert [one["name"] for one in template.draft["variables"]] == ["discount_percentage"]
    empty = client.post(address, form(DISCOUNT, row(1, "", label="")))
    assert empty.status_code == 302, "an empty row is no variable"


def test_a_stale_page_writes_nothing(client: Client, template: CampaignTemplate) -> None:
    address = f"{B}/templates/winter/variables/"
    assert client.post(address, form(DISCOUNT, row(1, "one"))).status_code == 302
    stale = client.post(address, form(DISCOUNT, row(1, "two")))
    assert stale.status_code == 409 and 'value="two"' in stale.content.decode()


# -- where the values come from

VARIABLES = [
    *DRAFT["variables"],
    {"name": "parking", "label": "Parking", "type": "number", "source": "store"},
    {"name": "hotline", "label": "Hotline", "source": "brand"},
    {"name": "tier", "label": "Tier", "source": "recipient", "fallback": "friend"},
]
WORDS = "{{ parking }} places, call {{ hotline }}, dear {{ tier }}."


@pytest.fixture
def planned(in_acme: Cast) -> Rollout:
    """A roll-out to Leeds and York of a template that shows values of store, brand and recipient."""
    manager = in_acme.manager
    blocks = [*DRAFT["blocks"], {"id": "more", "type": "text", "text": WORDS}]
    template = create_template(
        brand=in_acme.acme,
        name="Values",
        campaign_type="seasonal",
        actor=manager,
        draft=DRAFT | {"variables": VARIABLES, "blocks": blocks},
    )
    rollout = create_rollout(
        template_version=publish_version(template=template, actor=manager), actor=manager
    )
    choose_locations(rollout=rollout, actor=manager, location_ids=[in_acme.leeds.pk, in_acme.york.pk])
    text = f"email,Tier,Birthday,store\nann@people.example,Gold,1990,{in_acme.leeds.store_number}"
    set_recipients(rollout=rollout, actor=manager, text=text)
    return plan_rollout(rollout=rollout, actor=manager, values={"discount_percentage": "20"})


def test_a_store_or_brand_without_the_value_fails_preflight(in_acme: Cast, planned: Rollout) -> None:
    """Rule T3, per store (Rule T4)."""
    update_brand(brand=in_acme.acme, actor=in_acme.manager, values={"template_values": {"hotline": "0800 1"}})
    update_location(location=in_acme.leeds, actor=in_acme.manager, values={"attributes": {"parking": 12}})
    planned = Rollout.objects.select_related("brand", "template_version").get(pk=planned.pk)
    found = preflight(planned)
    wrong = [(one.location_id, one.message) for one in found.problems if one.error]
    assert [place for place, _message in wrong] == [in_acme.york.pk] and "Parking" in wrong[0][1]


def test_only_declared_columns_of_recipients_are_kept(in_acme: Cast, planned: Rollout) -> None:
    ann = Contact.objects.get(address="ann@people.example")
    assert ann.fields == {"tier": "Gold"}, "nobody asked for the birthday"


def test_values_of_the_brand_flag_what_shows_them(in_acme: Cast, campaign: LocationCampaign) -> None:
    """What is approved keeps its bytes; its people see that the brand has changed."""

    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)

    def flagged(**values: Any) -> bool:
        brand = Brand.objects.get(pk=in_acme.acme.pk)
        LocationCampaign.objects.filter(pk=campaign.pk).update(facts_changed_at=None)
        update_brand(brand=brand, actor=in_acme.manager, values=values)
        campaign.refresh_from_db()
        return campaign.facts_changed_at is not None

    assert not flagged(template_values={"hotline": "1"}), "the template declares no value of the brand"
    assert not flagged(voice="Louder")
    assert flagged(name="Acme & Sons")


def test_a_day_has_an_earliest_and_a_latest(client: Client, template: CampaignTemplate) -> None:
    """In the declaration, in the hint and the chooser of the roll-out, and in what is refused; German too."""
    page = f"{B}/templates/winter/variables/"
    last = row(1, "last_day", type="date", earliest="2026-12-01", latest="2026-12-24", fallback="2026-12-20")
    assert client.post(page, form(DISCOUNT, last)).status_code == 302
    template.refresh_from_db()
    _discount, declared = template.draft["variables"]
    assert (declared["minimum"], declared["maximum"]) == ("2026-12-01", "2026-12-24")
    assert re.search(r'name="v-1-latest"[^>]*value="2026-12-24"', client.get(page).content.decode())
    variable = Variable.model_validate(declared)
    with translation.override("de"):
        field = value_field(variable)
        assert "20. Dez. 2026" in field.help_text and "24. Dez. 2026" in field.help_text
        with pytest.raises(ValueRefused, match=r"Spätestens .*24\. Dez"):
            variable.parse("2026-12-25")
    assert field.widget.attrs["min"] == "2026-12-01" and field.widget.attrs["max"] == "2026-12-24"
    with pytest.raises(ValueRefused, match="at the earliest"):
        variable.parse("2026-11-30")
