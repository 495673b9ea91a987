"""Lists: filters, order, keyset pages; views that people keep, files, and word of what is new."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

import django_filters
import django_tables2
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import generic

from storesync.core import columns, exports, formats
from storesync.core.filters import all_matching
from storesync.core.models import SavedView
from storesync.core.paging import COUNT_CEILING, PAGE_SIZES, Page, count_up_to, keyset_page, walk
from storesync.core.permissions import MANAGE_BRAND, can
from storesync.core.saved_views import kept_query, shared_words, views_of
from storesync.core.views.guarded import FragmentMixin

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

STRETCH = 500
"""Rows of a file that are read at once."""
TAB_CEILING = 1000
"""The tab of a kept view counts so far and no further."""


@dataclass(frozen=True, slots=True)
class ListTab:
    """A view of a list that everybody has: its words, the name of its address, and how many rows it has.

    `beside` names further addresses that belong to the same tab: the same rows shown another way.
    """

    label: "_StrOrPromise"
    page_name: str
    count: int | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListMode:
    """One way to show the same rows: its words, the name of its address, a meaning of core.icons."""

    label: "_StrOrPromise"
    page_name: str
    icon: str


class ListView(FragmentMixin, generic.TemplateView):
    """A list: a table class, a filter class, a queryset and a permission, nothing else to write.

    `get_queryset()` returns what this person may see, unordered. The table's `order_by` names fields; pages
    are keyset pages, so the last page of a million rows costs what the first does.

    Attributes:
        saved_views: lets people keep views of the list of their own (core.saved_views): the name of the
            address at which the list begins; all pages of one list give the same.
        export_name: offers the rows as files, and is the beginning of their names.
        polls: says while it is open that rows came or went, and leaves it to the reader to see them.
    """

    table_class: ClassVar[type[django_tables2.Table]]
    filterset_class: ClassVar[type[django_filters.FilterSet] | None] = None
    default_order: ClassVar[tuple[str, ...]] = ("-created_at",)
    saved_views: ClassVar[str] = ""
    export_name: ClassVar[str] = ""
    polls: ClassVar[bool] = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        given = self.request.GET
        if self._is_bare() and (first := self._default_view):
            return redirect(first.get_absolute_url())
        if self.saved_views and given.get("part") == "views":
            return render(request, "components/views.html", {"views": self.views(counted=True)})
        if self.polls and given.get("part") == "news":
            return self._tell_news()
        if self.export_name and given.get("export") in exports.KINDS:
            return cast(HttpResponse, self._export(given["export"]))  # which may be one that streams
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> models.QuerySet[Any]:
        raise ImproperlyConfigured(f"{type(self).__name__} has no queryset")

    def get_table_kwargs(self) -> dict[str, Any]:
        return {}

    def prepare(self, rows: list[Any]) -> None:
        """Give the rows of a page, or of a stretch of a file, what the table shows of them besides."""

    def newer(self, queryset: models.QuerySet[Any], since: datetime) -> models.QuerySet[Any]:
        """The rows that came after a moment."""
        return queryset.filter(created_at__gt=since)

    def fixed_views(self) -> list[ListTab]:
        """The views that everybody has, the page of the list itself first."""
        return [ListTab(_("All"), self.saved_views)]

    def modes(self) -> list[ListMode]:
        """Ways to show the same rows, between which a switch leads with the filters kept."""
        return []

    def total_of(self, page: Page[Any]) -> int | None:
        """How many rows the page knows of, to tell later how many came and went; None when not exactly."""
        return None if page.more_than_total else page.total

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        filterset = self.filter_by(self.request.GET)
        queryset = self.get_queryset() if filterset is None else filterset.qs
        # Without the rows, which the page cuts out: a table that is given a queryset counts all of it.
        table = self._table([])
        page = self.cut_page(table, queryset)
        self.prepare(page.rows)
        choices = columns.arrange(table, self.request.user)
        table.data.data, table.data._length = page.rows, len(page.rows)
        return super().get_context_data(**kwargs) | {
            "table": table,
            "filter": filterset,
            "page": page,
            **self._columns(choices),
            "fragment": self.wants_fragment,
            **self._tools(page, now),
        }

    def filter_by(self, query: QueryDict) -> django_filters.FilterSet | None:
        """The filters of the list, with what an address says; None for a list without filters."""
        if self.filterset_class is None:
            return None
        return self.filterset_class(query or None, queryset=self.get_queryset(), request=self.request)

    def matching(self, query: QueryDict) -> Any:
        """The rows that an address means, to be acted on: none when it cannot be read (Rule L1)."""
        filterset = self.filter_by(query)
        return self.get_queryset() if filterset is None else all_matching(filterset)

    def cut_page(self, table: django_tables2.Table, queryset: models.QuerySet[Any]) -> Page[Any]:
        """The page that the address asks for, in the order that the table's header asks for."""
        size = self.request.GET.get("size", "")
        return keyset_page(
            queryset,
            order=self._order(table),
            cursor=self.request.GET.get("page", ""),
            size=int(size) if size in {str(known) for known in PAGE_SIZES} else 0,
        )

    def _table(self, rows: Any, **kwargs: Any) -> django_tables2.Table:
        return self.table_class(
            rows,
            order_by=self.request.GET.get("sort", ""),
            request=self.request,
            **(self.get_table_kwargs() | kwargs),
        )

    def _order(self, table: django_tables2.Table) -> list[str]:
        order: list[str] = []
        for alias in table.order_by:
            column = table.columns[alias.lstrip("-")]
            paths = [str(path).replace(".", "__") for path in column.order_by]
            turn = alias.startswith("-")
            order += [p[1:] if turn and p.startswith("-") else f"-{p}" if turn else p for p in paths]
        return order or list(self.default_order)

    # --- views that people keep

    def _is_bare(self) -> bool:
        """Whether it was opened from the menu: no view, filter or part asked for."""
        return (
            bool(self.saved_views)
            and not self.request.GET
            and not self.wants_fragment
            and self.request.resolver_match.view_name == self.saved_views
        )

    @cached_property
    def _kept(self) -> list[SavedView]:
        if not self.saved_views:
            return []
        return views_of(self.request.user, self.saved_views, self.request.brand.pk)

    def _may_change(self, view: SavedView) -> bool:
        """Whether the person may change a view of theirs: what is shared is the Brand Managers'."""
        user = self.request.user
        if not view.shared_with:
            return bool(view.person_id == user.pk)
        return can(user, MANAGE_BRAND, self.request.brand)

    @property
    def _default_view(self) -> SavedView | None:
        return next((view for view in self._kept if view.opens_first), None)

    @property
    def _current_view(self) -> SavedView | None:
        asked = self.request.GET.get("view", "")
        return next((view for view in self._kept if str(view.pk) == asked), None)

    def views(self, *, counted: bool = False) -> list[dict[str, Any]]:
        """The tabs over the list: what everybody has, then the person's own, then what is shared with them.

        Args:
            counted: with the number of rows behind each view that is kept, one query each: for the part of
                the page that is loaded after it.
        """
        here, current = self.request.resolver_match.view_name, self._current_view
        tabs = []
        for fixed in self.fixed_views():
            url = self._address(fixed.page_name)
            plain = "?view=all" if fixed.page_name == self.saved_views and self._default_view else ""
            is_here = current is None and here in (fixed.page_name, *fixed.beside)
            tabs.append({"label": fixed.label, "url": url + plain, "current": is_here, "count": fixed.count})
        for view in self._kept:
            count = count_of(view, self.request) if counted else None
            tabs.append(
                {
                    "label": view.name,
                    "note": shared_words(view, self.request.user),
                    "url": view.get_absolute_url(),
                    "current": view == current,
                    "count": count and min(count, TAB_CEILING),
                    "more": count is not None and count > TAB_CEILING,
                }
            )
        return tabs

    # --- what stands around the rows

    def _columns(self, choices: list[columns.Choice]) -> dict[str, Any]:
        """What the chooser of columns needs; nothing where there is nothing to choose."""
        if not choices or getattr(self.request, "brand", None) is None:
            return {}
        rest = self.request.GET.copy()
        rest.pop("part", None)
        return {
            "columns": choices,
            "columns_of": columns.key_of(self.table_class),
            "columns_back": f"{self.request.path}?{rest.urlencode() or 'view=all'}",
        }

    def _tools(self, page: Page[Any], now: datetime) -> dict[str, Any]:
        path, given = self.request.path, self.request.GET
        plain = f"{path}?view=all" if self._default_view else path
        tools: dict[str, Any] = {"clear_url": plain}
        if self.saved_views:
            kept, current = kept_query(given), self._current_view
            tools |= {
                "views": self.views(),
                "views_url": self._part("views") if self._kept else "",
                "kept_query": kept,
                "page_name": self.request.resolver_match.view_name,
                "current_view": current,
                "view_changed": current is not None and kept != current.query,
                "view_shared": shared_words(current, self.request.user) if current else "",
                "view_editable": current is not None and self._may_change(current),
            }
        if self.export_name:
            rest = given.copy()
            for name in ("page", "part"):
                rest.pop(name, None)
            tools["export_query"] = rest.urlencode()
            labels = {exports.CSV: _("CSV"), exports.EXCEL: _("Excel")}
            tools["exports"] = []
            for kind in exports.KINDS:
                rest["export"] = kind
                long = kind == exports.EXCEL and page.more_than_total
                tools["exports"].append(
                    {"label": labels[kind], "url": f"?{rest.urlencode()}", "by_job": long}
                )
        if modes := self.modes():
            rest = given.copy()
            for name in ("page", "sort"):
                rest.pop(name, None)
            tools["modes"] = [
                {
                    "label": mode.label,
                    "icon": mode.icon,
                    "current": mode.page_name == self.request.resolver_match.view_name,
                    "url": f"{self._address(mode.page_name)}?{rest.urlencode() or 'view=all'}",
                }
                for mode in modes
            ]
        if self.polls:
            total = self.total_of(page)
            was = "" if total is None else str(total)
            tools["news_url"] = self._part("news", since=now.isoformat(), was=was)
        return tools

    def _address(self, page_name: str) -> str:
        return reverse(page_name, kwargs={"brand": self.request.brand.slug})

    def _part(self, part: str, **more: str) -> str:
        """The address of a part of this page, as it is filtered now."""
        query = self.request.GET.copy()
        for name in ("page", "since", "was"):
            query.pop(name, None)
        for name, value in {"part": part, **more}.items():
            query[name] = value
        return f"{self.request.path}?{query.urlencode()}"

    def _tell_news(self) -> HttpResponse:
        """How many rows came and went since the page was made; nothing to say is said with nothing (204).

        A row may carry an earlier time than the page and yet have come after it, when its transaction ended
        later; the totals tell those, as far as they are counted.
        """
        try:
            since = parse_datetime(self.request.GET.get("since", ""))
        except ValueError:
            # Well formed, and no day of any calendar.
            since = None
        if since is None or timezone.is_naive(since):
            return HttpResponse(status=204)
        found, was = self.matching(self.request.GET), self.request.GET.get("was", "")
        came = count_up_to(self.newer(found, since))
        gone = 0
        if was.isdecimal() and len(was) < 9:
            now = count_up_to(found)
            came = max(came, now - int(was))
            gone = max(0, int(was) + came - now) if now <= COUNT_CEILING else 0
        if not came and not gone:
            return HttpResponse(status=204)
        rest = self.request.GET.copy()
        for name in ("part", "since", "was"):
            rest.pop(name, None)
        show_url = f"{self.request.path}?{rest.urlencode()}"
        context = {
            "came": came,
            "gone": gone,
            "show_url": show_url,
            "news_url": self.request.get_full_path(),
        }
        return render(self.request, "components/news.html", context)

    def _export(self, kind: str) -> HttpResponseBase:
        found = self.matching(self.request.GET)
        if kind == exports.CSV:
            return exports.csv_response(self.export_name, self.file_rows(found))
        if found.order_by()[: exports.EXCEL_MOST + 1].count() > exports.EXCEL_MOST:
            # The page had fewer rows when it was made; a longer file is asked for by a button (list_files).
            words = _("There are more than %(most)s rows by now: ask for the Excel file once more.")
            messages.warning(self.request, words % {"most": formats.number(exports.EXCEL_MOST)})
            rest = self.request.GET.copy()
            rest.pop("export")
            return redirect(f"{self.request.path}?{rest.urlencode() or 'view=all'}")
        return exports.excel_response(self.export_name, self.export_name, self.file_rows(found))

    def file_rows(self, queryset: models.QuerySet[Any]) -> Iterator[list[Any]]:
        """The names of the columns, then the rows, in the order that the page has them."""
        order = self._order(self._table([]))
        hidden = {"exclude": ()}
        yield next(iter(self._table([], **hidden).as_values()))
        for rows in walk(queryset, order=order, size=STRETCH):
            self.prepare(rows)
            table = self._table([], **hidden)
            table.data.data, table.data._length = rows, len(rows)
            values = iter(table.as_values())
            next(values)
            yield from values


def list_from(address: str, request: Any) -> ListView:
    """The list at a path of the request's brand, as this request's person has it.

    Raises:
        Http404: there is no list.
    """
    try:
        match = resolve(address)
    except Resolver404 as error:
        raise Http404 from error
    view_class = getattr(match.func, "view_class", None)
    is_list = isinstance(view_class, type) and issubclass(view_class, ListView)
    if not is_list or match.kwargs.get("brand") != request.brand.slug:
        raise Http404
    view: ListView = view_class(**match.func.view_initkwargs)  # type: ignore[misc, attr-defined]
    view.setup(request, *match.args, **match.kwargs)
    return view


def list_at(name: str, request: Any) -> ListView:
    """The list at a named address of the request's brand, as this request's person has it.

    Raises:
        Http404: there is no list of that name.
    """
    try:
        address = reverse(name, kwargs={"brand": request.brand.slug})
    except NoReverseMatch as error:
        raise Http404 from error
    return list_from(address, request)


def count_of(view: SavedView, request: Any) -> int | None:
    """How many rows a kept view shows now, up to TAB_CEILING; None where the person may not see the list."""
    try:
        found = list_at(view.page_name, request)
        found.check_permission()
    except (Http404, PermissionDenied):
        return None
    return count_up_to(found.matching(QueryDict(view.query)), TAB_CEILING)
