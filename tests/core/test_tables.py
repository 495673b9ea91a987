"""The columns of the lists, drawn."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.template.loader import render_to_string
from django.test import RequestFactory

from storesync.core.models import Job
from storesync.core.tables import (
    NumberColumn,
    PrimaryColumn,
    SelectColumn,
    StatusColumn,
    Table,
    TextColumn,
    WhenColumn,
)


@dataclass
class Row:
    pk: int = 7
    name: str = "Summer <sale>"
    state: str = "draft"
    begins: datetime | date | None = field(default_factory=lambda: datetime(2026, 11, 18, 23, 0, tzinfo=UTC))
    zone: str = "Asia/Shanghai"
    recipients: int | None = 12480
    where: str | None = None

    def __str__(self) -> str:
        return self.name


class RowTable(Table):
    select = SelectColumn()
    name = PrimaryColumn(
        linkify=lambda record, table: f"{table.prefix_url}{record.pk}/",
        second=lambda record: "from <a> template",
    )
    state = StatusColumn()
    begins = WhenColumn(zone=lambda record: record.zone)
    recipients = NumberColumn()
    where = TextColumn(p=3)

    prefix_url = "/rows/"


class JobTable(Table):
    state = StatusColumn()


def drawn(*rows: Row, query: str = "") -> str:
    request = RequestFactory().get(f"/list/?{query}")
    table = RowTable(list(rows), request=request, order_by=request.GET.get("sort", ""))
    return render_to_string("django_tables2/storesync.html", {"table": table, "page_title": "Rows"}, request)


def test_the_name_is_the_link_and_the_second_line_is_not() -> None:
    html = drawn(Row())
    assert re.search(
        r'<a class="primary" href="/rows/7/">Summer &lt;sale&gt;</a><small>from &lt;a&gt; template</small>',
        html,
    )


def test_picking_belongs_to_the_bulk_form_and_has_a_name() -> None:
    html = drawn(Row())
    assert 'name="select" value="7" form="bulk"' in html
    assert "Select Summer &lt;sale&gt;" in html
    assert "data-select-page" in html


def test_states_say_their_word_and_a_models_own_word_wins() -> None:
    assert "Draft" in drawn(Row())
    request = RequestFactory().get("/jobs/")
    table = JobTable([Job(title="Import", state="queued")], request=request)
    html = render_to_string("django_tables2/storesync.html", {"table": table}, request)
    assert "Waiting" in html
    assert "Pending" not in html


def test_times_are_those_of_the_place() -> None:
    assert "19 Nov 2026, 07:00" in drawn(Row())
    assert "23 Nov 2026" in drawn(Row(begins=date(2026, 11, 23)))


def test_figures_and_nothing() -> None:
    html = drawn(Row(), Row(recipients=None, begins=None))
    assert "12,480" in html
    assert html.count(">–</td>") == 4
    assert "—" not in html


def test_sorting_keeps_filters_starts_anew_and_says_so() -> None:
    html = drawn(Row(), query="sort=name&q=sale&page=abc")
    assert 'aria-sort="ascending"' in html
    links = re.findall(r'href="(\?[^"]*)"', html)
    assert "?sort=-name&amp;q=sale" in links
    assert not [link for link in links if "page=" in link]


def test_priorities_for_narrow_windows() -> None:
    html = drawn(Row())
    assert [int(p) for p in re.findall(r'data-p="(\d)"', html)] == [1, 2, 4, 4, 3]


def test_an_empty_table_says_so() -> None:
    assert "Nothing matches." in drawn()
