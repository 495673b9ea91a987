"""Named filters over pictures."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery

from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.media.models import MediaImage  # noqa: F401 - used in type arguments


class MediaQuerySet(BrandQuerySet["MediaImage"]):
    """Pictures as pages ask for them."""

    def in_use(self) -> Self:
        """Those that may be chosen: not archived."""
        return self.filter(archived_at__isnull=True)

    def matching(self, text: str) -> Self:
        """Full-text search by the beginnings of words: alternative text, title, tags, file name."""
        words = "".join(c if c.isalnum() else " " for c in text).split()
        if not words:
            return self
        query = " & ".join(f"'{word}':*" for word in words)
        return self.filter(search=SearchQuery(query, search_type="raw", config="simple"))
