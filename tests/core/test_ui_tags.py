"""The tags of the design system, as templates use them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import django_filters
import pytest
import time_machine
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from storesync.accounts.models import User
from storesync.core import formats, statuses
from storesync.core.templatetags import ui

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context)).strip()


@pytest.mark.parametrize("value", sorted(statuses.STATUSES))
def test_every_state_has_a_known_tone_and_shape(value: str) -> None:
    look = statuses.STATUSES[value]
    assert look.tone in statuses.TONES
    assert look.shape in statuses.SHAPES
    html = render("{% status value %}", value=value)
    assert f"tone-{look.tone}" in html
    assert str(look.label) in html
    assert "<svg" in html


def test_states_of_a_campaign_differ_without_colour() -> None:
    life = ["draft", "pending_review", "rejected", "scheduled", "active", "paused", "missed", "cancelled"]
    assert len({statuses.STATUSES[one].shape for one in life}) == len(life)


def test_an_unlisted_state_says_its_words() -> None:
    assert "Half way" in render('{% status "half_way" %}')
    assert "Halb" in render('{% status "half_way" label="Halb" %}')


def test_badge_escapes_and_refuses_unknown_looks() -> None:
    assert "&lt;b&gt;" in render("{% badge label %}", label="<b>")
    with pytest.raises(ValueError, match="tone"):
        ui.badge("x", tone="pink")
    with pytest.raises(KeyError):
        ui.badge("x", shape="heart")


@time_machine.travel(datetime(2026, 11, 20, 12, 0, tzinfo=UTC), tick=False)
def test_when_says_the_date_with_the_distance() -> None:
    html = render("{% when at %}", at=NOON)
    assert 'datetime="2026-11-18T12:00:00+00:00"' in html
    assert "18 Nov 2026, 12:00" in html
    assert "(2 days ago)" in html
    assert "ago" not in render("{% when at relative=False %}", at=NOON)


def test_when_in_the_zone_of_a_place() -> None:
    html = render('{% when at zone="Asia/Shanghai" place="Pudong" relative=False %}', at=NOON)
    assert "18 Nov 2026, 20:00 Pudong time" in html
    assert "nowrap" not in html, "too long for one line of a narrow column"


def test_when_in_the_readers_zone() -> None:
    with timezone.override("America/New_York"):
        assert "07:00" in render("{% when at relative=False %}", at=NOON)


def test_when_of_a_day_and_of_nothing() -> None:
    assert "23 Nov 2026" in render("{% when day %}", day=date(2026, 11, 23))
    assert render("{% when none %}", none=None) == "–"


@pytest.mark.parametrize(
    ("language", "number", "percent", "money"),
    [("en", "12,480", "41.8%", "£1,250.50"), ("de", "12.480", "41,8\xa0%", "1.250,50\xa0£")],
)
def test_figures_by_language(language: str, number: str, percent: str, money: str) -> None:
    with translation.override(language):
        assert render("{{ v|number }}", v=12480) == number
        assert render("{{ v|percent }}", v=0.4183) == percent
        assert render('{{ v|money:"GBP" }}', v=Decimal("1250.5")) == money


def test_figures_of_nothing() -> None:
    assert [formats.number(None), formats.percent(None), formats.money(None, "EUR")] == ["–"] * 3
    assert render("{{ v|dash }}", v="") == "–"
    assert render("{{ v|dash }}", v=0) == "0"


def test_an_unknown_language_falls_back() -> None:
    with translation.override("xx"):
        assert formats.number(1000) == "1,000"


def test_without_takes_one_value_and_returns_to_the_first_page() -> None:
    query = QueryDict("region=1&region=2&q=x&page=abc")
    context = Context({"request": RequestFactory().get("/", {})})
    assert ui.without(context, "region", 1, query=query) == "?region=2&q=x"
    assert ui.without(context, "region", query=query) == "?q=x"
    assert ui.without(context, "q", query=QueryDict("q=x")) == "?"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("extra points all week", "double points all Sunday",
         "<del>extra</del><ins>double</ins> points all <del>week</del><ins>Sunday</ins>"),
        ("Extra points for all of you, and a candle", "Double points until Sunday and tea for two",
         "<del>Extra points for all of you, and a candle</del>"
         "<ins>Double points until Sunday and tea for two</ins>"),
        ("", "new", "<ins>new</ins>"),
        ("old", None, "<del>old</del>"),
        ("same", "same", "same"),
        ("10 % off", "20 % off", "<del>10</del><ins>20</ins> % off"),
        ("<b>x", "<i>x", "&lt;<del>b</del><ins>i</ins>&gt;x"),
    ],
)  # fmt: skip
def test_word_diff(before: str, after: str, expected: str) -> None:
    assert ui.word_diff(before, after) == expected


def test_progress_in_words_and_for_machines() -> None:
    html = render('{% progress 12480 30200 "Sent" unit="mails" %}')
    assert 'value="12480"' in html
    assert 'max="30200"' in html
    assert "12,480 of 30,200" in html
    assert "41%" in html
    assert "style=" not in html


def test_progress_of_unknown_length() -> None:
    html = render('{% progress 3 0 "Rows read" %}')
    assert "max=" not in html
    assert "%" not in html


def test_parts_fill_the_bar() -> None:
    html = render("{% parts rows 'Recipients' %}", rows=[("delivered", 75, ""), ("failed", 25, "Lost")])
    assert 'width="75.000"' in html
    assert 'x="75.000" width="25.000"' in html
    assert "Lost" in html
    assert "rect" not in render("{% parts rows 'Recipients' %}", rows=[("delivered", 0, "")])


class ShopForm(forms.Form):
    name = forms.CharField()
    open = forms.BooleanField(required=False)
    days = forms.MultipleChoiceField(choices=[("1", "Mon")], widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Nothing fits together.")


def test_error_links_lead_to_the_fields() -> None:
    links = ui.error_links(ShopForm({}))
    assert links[0] == ("", "", "Nothing fits together.")
    assert ("id_name", "Name", "This field is required.") in links


def test_kinds_of_widget() -> None:
    form = ShopForm()
    kinds = {field.name: ui.widget_kind(field) for field in form}
    assert kinds == {"name": "plain", "open": "check", "days": "choices", "file": "file"}


class PeopleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
    theme = django_filters.MultipleChoiceFilter(choices=[("light", "Light"), ("dark", "Dark")])
    joined = django_filters.DateFromToRangeFilter(field_name="date_joined")
    is_staff = django_filters.BooleanFilter()

    class Meta:
        model = User
        fields: list[str] = []


def pills(query: str) -> list[tuple[str, str, str]]:
    request = RequestFactory().get(f"/people/?{query}")
    found = ui.filter_pills(
        Context({"request": request}), PeopleFilter(request.GET or None, User.objects.none(), request=request)
    )
    return [(pill["label"], pill["value"], pill["url"]) for pill in found]


def test_pills_say_what_was_chosen_and_how_to_drop_it() -> None:
    assert pills("q=ann&theme=light&theme=dark&page=x") == [("Theme", "Light, Dark", "?q=ann")]
    assert pills("is_staff=true") == [("May open the back office", "", "/people/")]


def test_a_pill_of_a_range_drops_both_ends() -> None:
    theme, joined = pills("joined_after=2026-01-01&joined_before=2026-02-01&theme=dark")
    assert theme[0] == "Theme"
    assert joined[0] == "Joined"
    assert "2026-01-01" in joined[1]
    assert joined[2] == "?theme=dark"


def test_no_pills_without_filters() -> None:
    assert pills("") == []
    assert ui.filter_pills(Context({"request": RequestFactory().get("/")}), None) == []


@pytest.mark.parametrize(
    ("level", "look"), [("error", "Blocks"), (True, "Blocks"), ("warning", "Warning"), (False, "Warning")]
)
def test_a_check_blocks_or_warns(level: str | bool, look: str) -> None:
    made = ui.severity(level)
    assert f">{look}</span>" in made.replace("</svg>", ">")
    assert ("tone-danger" in made) == (look == "Blocks")
