"""Charts: round scales, places in per cent, both directions of reading, nothing that our policy forbids."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from storesync.core import formats
from storesync.core.charts import Bar, BarChart, Series, TimeChart, steps_of_scale
from storesync.core.figures import Figures, count, hours, share, text


@pytest.mark.parametrize(
    ("highest", "steps"),
    [
        (0, [0, 1]),
        (1, [0, 0.5, 1]),
        (7.3, [0, 2, 4, 6, 8]),
        (96, [0, 50, 100]),
        (4100, [0, 2000, 4000, 6000]),
    ],
)
def test_a_scale_has_round_numbers(highest: float, steps: list[float]) -> None:
    assert steps_of_scale(highest) == steps


def bars() -> BarChart:
    return BarChart(
        "Time <b>",
        "Slowest: Legal",
        [Bar("Legal & co", 8, "8 hrs", 10, "10 hrs"), Bar("Brand", 2.5, "2.5 hrs")],
        ("Median",),
    )


def drawn(chart: BarChart | TimeChart) -> str:
    return render_to_string("components/chart.html", {"chart": chart, "id": "c"})


def test_bars_are_drawn_from_where_reading_begins() -> None:
    with translation.override("de"):
        left = drawn(bars())
    assert re.findall(r'class="plot__bar"\s+x="([^"]+)"\s+y="\d+"\s+width="([^"]+)"', left)[:2] == [
        ("0", "80%"),
        ("0", "25%"),
    ]
    assert 'aria-labelledby="c-title c-about"' in left and "Legal &amp; co" in left and "<b>" not in left
    assert "style" not in left and "<script" not in left
    with translation.override("ar"):
        right = drawn(bars())
    assert 'x="20%"' in right and 'x="75%"' in right


def test_lines_leave_gaps_where_nothing_was() -> None:
    series = [Series("Median", [1.0, None, 2.0, 4.0]), Series("9 of 10", [2.0, None, 3.0, 4.0])]
    chart = TimeChart("Over time", "", ["Mon", "Tue", "Wed", "Thu"], series, [(0, "0"), (2, "2"), (4, "4")])
    first = next(iter(chart.lines()))
    assert len(first["points"]) == 3 and first["strokes"] == [(("62.5%", 108), ("87.5%", 18))]  # type: ignore[arg-type]
    assert [one["words"] for one in chart.below()] == ["Mon", "Tue", "Wed", "Thu"]
    assert drawn(chart).count("<circle") == 6 + 2
    days = TimeChart(
        "D", "", [str(n) for n in range(30)], [Series("", [1.0] * 30)], [(0, "0"), (1, "1")], columns=True
    )
    labels = [one["words"] for one in days.below()]
    assert labels[0] == "0" and labels[-1] == "29" and len(labels) <= 5
    assert drawn(days).count('class="plot__bar"') == 30


def test_figures_read_as_people_write_them() -> None:
    assert (formats.hours(59), formats.hours(3570), formats.hours(3600), formats.hours(18_720)) == (
        "1 min",
        "1 hr",
        "1 hr",
        "5.2 hrs",
    )
    with translation.override("de"):
        assert str(hours(18_720)) == "5,2 Std." and str(count(12480)) == "12.480"
        assert str(share(1, 8)).replace("\xa0", " ") == "12,5 %"
    assert (hours(18_720).value, hours(None).value, str(share(0, 0))) == (5.2, "", "–")


def test_a_table_stands_beside_its_chart() -> None:
    figures = Figures(
        "f", "Times", "What is counted", ["Stage", "Median"], [[text("=Legal"), hours(7200)]], bars()
    )
    shown = render_to_string(
        "components/figures.html", {"figures": figures, "files": [("CSV", "?export=csv")]}
    )
    assert shown.index("<svg") < shown.index("<table") and 'scope="row"' in shown and "2 hrs" in shown
    empty = Figures("f", "Times", "What is counted", ["Stage"], [], bars(), empty="Nothing yet.")
    shown = render_to_string("components/figures.html", {"figures": empty, "files": []})
    assert "Nothing yet." in shown and "<table" not in shown and "<svg" not in shown.split("card__body")[1]
