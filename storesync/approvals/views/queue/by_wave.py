"""What waits for this person, by roll-out and template: what is alike is decided together."""

from typing import Any

from django.urls import reverse

from storesync.approvals.tables import WaveTable
from storesync.approvals.views.queue.listing import QueueView
from storesync.approvals.waves import WaveGroup, wave_groups
from storesync.core.paging import PAGE_SIZES, Page


class ByWave(QueueView):
    """One row for each roll-out and template, the group that is due first on top."""

    table_class = WaveTable

    def get_queryset(self) -> Any:
        return self.items()

    def cut_page(self, table: Any, queryset: Any) -> Page[Any]:
        """A page of groups by its number: which one is due first is known when the first item of each is."""
        asked, size = self.request.GET.get("page", ""), self.request.GET.get("size", "")
        number = int(asked) if asked.isdecimal() and 0 < len(asked) < 6 else 1
        length = int(size) if size in {str(known) for known in PAGE_SIZES} else PAGE_SIZES[0]
        begin = max(0, number - 1) * length
        groups, total = wave_groups(queryset, brand_id=self.request.brand.pk, begin=begin, length=length)
        return Page(
            rows=groups,
            start=begin + 1 if groups else 0,
            total=total,
            more_than_total=False,
            previous=str(number - 1) if begin and groups else "",
            next=str(number + 1) if begin + length < total else "",
            size=length,
        )

    def total_of(self, page: Page[Any]) -> int | None:
        """The page counts groups, and what comes are items."""
        return None

    def prepare(self, rows: list[WaveGroup]) -> None:
        """Each with where one click leads: to its submission, or to its items where there are several."""
        slug = self.request.brand.slug
        items = reverse("approvals:queue", kwargs={"brand": slug})
        for group in rows:
            if group.submission_id is not None:
                group.url = reverse("approvals:submission", kwargs={"brand": slug, "pk": group.submission_id})
            else:
                group.url = f"{items}?{group.query}"
