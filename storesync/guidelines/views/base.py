"""What all pages of guidelines share: tabs, what is in force, rules as rows."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import generic

from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_GUIDELINE, VIEW_TEMPLATE
from storesync.core.views import FragmentMixin, GuardedView
from storesync.guidelines.describing import (
    RegionNames,
    kind_help,
    kind_name,
    region_names,
    rule_differences,
    sentence,
)
from storesync.guidelines.models import GuidelineSet, GuidelineVersion
from storesync.guidelines.queries import set_of
from storesync.guidelines.rules import KINDS, BaseRule, read_rules


class GuidelinePage(GuardedView):
    """A page of guidelines. Whoever sees templates reads them; few write them."""

    permission = VIEW_TEMPLATE
    tab: ClassVar[str] = ""

    @cached_property
    def found(self) -> GuidelineSet:
        """The guidelines of the brand."""
        return set_of(self.request.brand.pk)

    @cached_property
    def may_write(self) -> bool:
        return bool(can(self.request.user, MANAGE_GUIDELINE, self.request.brand))

    @cached_property
    def newest(self) -> GuidelineVersion | None:
        """The version published last."""
        if self.found._state.adding:
            return None
        newest: GuidelineVersion | None = self.found.versions.select_related("author").first()
        return newest

    @property
    def unpublished(self) -> bool:
        """Whether the draft holds something that no version has yet."""
        return bool(self.found.draft != (self.newest.rules if self.newest else []))

    def url(self, name: str, *more: Any) -> str:
        """An address of these pages."""
        return reverse(f"guidelines:{name}", args=[self.request.brand.slug, *more])

    def tabs(self) -> list[dict[str, Any]]:
        """The pages that this person may open."""
        rows = [("overview", _("In force")), ("draft", _("Draft")), ("try_outs", _("Try-out"))]
        rows += [("versions", _("Versions")), ("history", _("History"))]
        seen = (
            rows if self.may_write else [row for row in rows if row[0] in ("overview", "versions", "history")]
        )
        return [
            {"label": label, "url": self.url(name), "current": name == self.tab, "count": None}
            for name, label in seen
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {
            "page_title": _("Guidelines"),
            "tabs": self.tabs(),
            "found": self.found,
            "may_write": self.may_write,
            "newest": self.newest,
            "unpublished": self.unpublished,
        } | context


class WritingPage(GuidelinePage):
    """A page for who writes guidelines."""

    permission = MANAGE_GUIDELINE
    whole_brand = True


class GuidelineTemplateView(GuidelinePage, FragmentMixin, generic.TemplateView):
    """A page that is read."""


def rows_of(rules: Iterable[BaseRule], names: RegionNames) -> list[dict[str, Any]]:
    """Rules as the pages list them, grouped by kind in the order of KINDS."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for rule in rules:
        kind = rule.kind  # type: ignore[attr-defined]
        row = {
            "rule": rule,
            "sentence": sentence(rule, names),
            "words": getattr(rule, "words", ())[:40],
            "more": max(0, len(getattr(rule, "words", ())) - 40),
        }
        by_kind.setdefault(kind, []).append(row)
    return [
        {"kind": kind, "name": kind_name(kind), "help": kind_help(kind), "rows": by_kind[kind]}
        for kind in KINDS
        if kind in by_kind
    ]


def changes_between(before: Iterable[Any], after: Iterable[Any]) -> list[Mapping[str, str]]:
    """What changed between two sets of rules (plain data), as the component `diff` shows it."""
    old, new = read_rules(before), read_rules(after)
    return [change._asdict() for change in rule_differences(old, new, region_names([*old, *new]))]
