"""Who shows a picture: asked of the apps above, which keep blocks in tables of their own.

They register a `Source` in `AppConfig.ready`; `content.media.media_use_index` indexes its column of blocks,
so that neither "used by" of one picture nor "not used" of all of them reads a message.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from storesync.content.media import MEDIA, ShownPictures

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from storesync.accounts.models import User
    from storesync.media.models import MediaImage

MOST: Final = 100
"""Uses are counted up to here; beyond, "100+" says enough."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place that shows a picture: what it is called, and its page ("" where there is none)."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Source:
    """Rows with blocks in which pictures may stand.

    Attributes:
        key: a word for code, unique among the sources.
        label: what the rows are called, in the plural.
        rows: the rows of the brand in scope, in the order in which people want to read them; all of them, or
            those that a person may see.
        column: the JSON column with the blocks, or a path that leads to it.
        within: "blocks" where the column holds an object with the blocks in it.
        describe: what a row is called, and its page.
    """

    key: str
    label: "str | _StrPromise"
    rows: Callable[["User | None"], QuerySet[Any]]
    column: str
    describe: Callable[[Any], Use]
    within: Literal["", "blocks"] = ""

    def showing(self, name: Any, user: "User | None" = None) -> QuerySet[Any]:
        """The rows that show a picture; `name` is an expression."""
        return self.rows(user).filter(
            _Contains(ShownPictures(self.column, within=self.within), Concat(Value(MEDIA), name))
        )


@dataclass(frozen=True, slots=True)
class UsedBy:
    """The uses of a picture in one source: the first that the person may see, and how many there are.

    `count` counts all of the brand, up to MOST.
    """

    label: str
    uses: list[Use]
    count: int

    @property
    def more(self) -> int:
        """How many are not among `uses`."""
        return self.count - len(self.uses)

    @property
    def is_capped(self) -> bool:
        """Whether counting stopped."""
        return self.count >= MOST


_sources: dict[str, Source] = {}


def register_usage(source: Source) -> None:
    """Let "used by" look here too."""
    _sources[source.key] = source


class _Contains(Func):
    """Whether a JSON array of texts holds a text."""

    template = "(%(expressions)s)"
    arg_joiner = " ? "
    output_field = models.BooleanField()


class _Count(Subquery):
    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


def is_used() -> Q:
    """The condition that anything shows a picture, for filters of MediaImage."""
    found = Q(pk__in=[])
    for source in _sources.values():
        found |= Q(Exists(source.showing(OuterRef("name")).order_by()))
    return found


def count_uses(images: Iterable["MediaImage"]) -> dict[Any, int]:
    """How many places show each of these pictures (counted up to MOST for each source), in one query."""
    from storesync.media.models import MediaImage  # noqa: PLC0415 - the model is made after this module

    total: Any = Value(0)
    for source in _sources.values():
        total = total + _Count(source.showing(OuterRef("name")).order_by().values("pk")[:MOST])
    found = MediaImage.objects.filter(pk__in=[image.pk for image in images])
    return dict(found.annotate(uses=total).values_list("pk", "uses"))


def used_by(image: "MediaImage", user: "User", *, shown: int = 10) -> list[UsedBy]:
    """Who shows a picture, source by source; sources without any are left out."""
    found = []
    for source in _sources.values():
        name = Value(image.name)
        count = source.showing(name).order_by()[:MOST].count()
        if count:
            first = source.showing(name, user)[:shown]
            found.append(UsedBy(str(source.label), [source.describe(row) for row in first], count))
    return found
