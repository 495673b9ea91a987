"""Columns of the lists. A table of the product subclasses `Table` and says per column how much it matters.

`p` is the column's priority where the list is narrow: 1 is the name, 2 stands opposite it (the state), 3 is
the second line, 4 is left out.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import django_tables2
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from storesync.core import formats
from storesync.core.exports import wall_clock
from storesync.core.statuses import look_of
from storesync.core.templatetags import ui


class Table(django_tables2.Table):
    """Base of every list: our template, our empty word; rows are cut into pages by the view."""

    class Meta:
        attrs = {"class": "table table--stack"}
        order_by_field = "sort"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Given here and not in Meta, which a table may write without inheriting ours.
        kwargs.setdefault("default", formats.NOTHING)
        kwargs.setdefault("empty_text", _("Nothing matches."))
        super().__init__(*args, **kwargs)


def _cells(p: int, extra: str = "") -> dict[str, dict[str, Any]]:
    cell: dict[str, Any] = {"data-p": str(p)}
    if extra:
        cell["class"] = extra
    return {"td": cell, "th": {"class": extra} if extra else {}}


class SelectColumn(django_tables2.Column):
    """The box that picks a row for a bulk action; it belongs to the form `bulk`, wherever it stands."""

    def __init__(self, accessor: str = "pk", *, name: Callable[[Any], str] = str, **kwargs: Any) -> None:
        """`name` says which row it is to those who hear the page; every box needs one of its own."""
        self.name_of = name
        super().__init__(
            verbose_name="",
            accessor=accessor,
            orderable=False,
            exclude_from_export=True,
            attrs={"td": {"class": "cell-check"}, "th": {"class": "cell-check"}},
            **kwargs,
        )

    @property
    def header(self) -> SafeString:
        """The box of the whole page, with script; the bulk bar offers "all that match" to everybody."""
        return format_html(
            '<label class="js-only"><input class="check" type="checkbox" data-select-page>'
            '<span class="vh">{}</span></label><span class="vh nojs-only">{}</span>',
            gettext("Select all on this page"),
            gettext("Select"),
        )

    def render(self, value: Any, record: Any) -> SafeString:
        return format_html(
            '<label><input class="check" type="checkbox" name="select" value="{}" form="bulk">'
            '<span class="vh">{}</span></label>',
            value,
            gettext("Select %(name)s") % {"name": self.name_of(record)},
        )


class PrimaryColumn(django_tables2.Column):
    """The name of the row, a link to its page (`linkify`), with a muted second line.

    Args:
        second: makes the second line from the record, "" for none.
    """

    def __init__(self, *args: Any, second: Callable[[Any], Any] | None = None, **kwargs: Any) -> None:
        self.second = second
        super().__init__(*args, attrs=_cells(1) | {"a": {"class": "primary"}}, **kwargs)
        # tables2 would draw the link around the second line too.
        self.row_link: Any = self.link
        self.link: Any = None

    def render(
        self, value: Any, record: Any, column: Any, bound_column: Any, bound_row: Any, table: Any
    ) -> Any:
        name = conditional_escape(value)
        if self.row_link is not None:
            name = self.row_link(
                name,
                value=value,
                record=record,
                column=column,
                bound_column=bound_column,
                bound_row=bound_row,
                table=table,
            )
        second = self.second(record) if self.second else ""
        return format_html("{}<small>{}</small>", name, second) if second else name

    def value(self, value: Any) -> str:
        """In a file: the name alone."""
        return str(value)


class StatusColumn(django_tables2.Column):
    """A badge, by the machine name of the state; the model's own label when it has choices."""

    def __init__(self, *args: Any, p: int = 2, **kwargs: Any) -> None:
        super().__init__(*args, attrs=_cells(p), **kwargs)

    def render(self, value: Any, record: Any, bound_column: Any) -> SafeString:
        raw = bound_column.accessor.resolve(record)
        return ui.status(raw, value if value != raw else "")

    def value(self, value: Any, record: Any, bound_column: Any) -> str:
        """In a file: the word on the badge."""
        raw = bound_column.accessor.resolve(record)
        return str(look_of(str(raw), value if value != raw else "").label)


class WhenColumn(django_tables2.Column):
    """A date or moment, in the zone of the row's place when `zone` finds one."""

    def __init__(
        self, *args: Any, zone: Callable[[Any], str] | None = None, p: int = 4, **kwargs: Any
    ) -> None:
        self.zone = zone
        super().__init__(*args, attrs=_cells(p), **kwargs)

    def render(self, value: datetime | date, record: Any) -> SafeString:
        return ui.when(value, zone=self.zone(record) if self.zone else "", relative=False)

    def value(self, value: datetime | date, record: Any) -> datetime | date:
        """In a file: what the clock of the place shows, as a date and not as a text."""
        if not isinstance(value, datetime):
            return value
        return wall_clock(value, ZoneInfo(self.zone(record)) if self.zone else None)


class NumberColumn(django_tables2.Column):
    """A count: at the end of its cell, in figures of one width."""

    def __init__(self, *args: Any, p: int = 4, **kwargs: Any) -> None:
        super().__init__(*args, attrs=_cells(p, "num"), **kwargs)

    def render(self, value: Any) -> str:
        return formats.number(value)

    def value(self, value: Any) -> Any:
        """In a file: the number itself."""
        return value


class TextColumn(django_tables2.Column):
    """Anything else, with its priority."""

    def __init__(self, *args: Any, p: int = 4, **kwargs: Any) -> None:
        super().__init__(*args, attrs=_cells(p), **kwargs)


class ActionsColumn(django_tables2.TemplateColumn):
    """The one obvious action of a row, if its state has one, and the menu of the others (a template)."""

    def __init__(self, template_name: str, *, p: int = 4, **kwargs: Any) -> None:
        super().__init__(
            template_name=template_name,
            verbose_name=_("Actions"),
            orderable=False,
            exclude_from_export=True,
            attrs=_cells(p, "cell-actions"),
            **kwargs,
        )
