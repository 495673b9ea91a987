"""The tables that a timeline reads, each as a source of entries.

A source finds its rows in the scope of the request, and tells those of one page in a constant number of
queries. Of recipients it tells numbers (Rule C3); of the context that history was written in, actor and verb
alone, so that no address of a page, and no token in one, can show (fault 32).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, TypeAlias, cast

from django.db.models import F, IntegerField, Model, OuterRef, Q, Subquery, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Greatest

from storesync.approvals.history.entries import Entry, Kind
from storesync.core.merging import key_of, moment_of

Rows: TypeAlias = Any
"""A queryset, of values where it is grouped: more than a type can say."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a timeline is about.

    Attributes:
        slug: of the brand, for addresses.
        owners: ids of the campaigns, as a queryset or a list of one.
        items: what was handed in of them, as far as the reader may see it.
        since: of a submission, when it was handed in.
    """

    slug: str
    kind: str
    owners: Any
    items: Rows
    since: datetime | None = None


class Source(ABC):
    """One table's entries.

    Attributes:
        name: in addresses of entries. rank: within one second, what has the higher one is newer.
        at: the column that says when.
    """

    name: ClassVar[str]
    rank: ClassVar[int]
    kind: ClassVar[Kind]
    at: ClassVar[str] = "pgh_created_at"

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    @abstractmethod
    def rows(self) -> Rows:
        """All rows, with `who` (the id of a person or None) and `moment`."""

    @abstractmethod
    def about(self, text: str) -> Q:
        """The rows that hold these words."""

    @abstractmethod
    def tell(self, keys: Sequence[str]) -> dict[str, Entry]:
        """The entries of these keys."""

    def keyed(self, rows: Rows) -> Rows:
        """The rows with their `key`: its text sorts as they were written."""
        return rows.annotate(key=key_of("pgh_id"))


def history_of_model(model: type[Model]) -> Any:
    """The manager of a tracked model's history."""
    return cast("Any", model).history.rel.related_model.objects


VERB: Final = Coalesce(KT("pgh_context__verb"), Value(""), output_field=TextField())
_WHO: Final = Cast(KT("pgh_context__actor"), IntegerField())


def events_of(model: type[Model]) -> Rows:
    """The history of a model with who, when and the verb, in no order.

    PostgreSQL's clock stands still in a transaction, which may do several things; what Django wrote into the
    row tells them apart, but for statements that leave it alone.
    """
    found: Rows = history_of_model(model).order_by()
    when = Greatest("pgh_created_at", "updated_at")
    return found.annotate(who=_WHO, verb=VERB, when=when).annotate(moment=moment_of("when"))


def with_before(rows: Rows, model: type[Model]) -> list[tuple[Any, Any]]:
    """Rows of history with the row before each of the same object, None before the first; two queries."""
    events = history_of_model(model)
    older = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    found = list(rows.annotate(before_id=Subquery(older.order_by("-pgh_id").values("pgh_id")[:1])))
    ids = {row.before_id for row in found} - {None}
    before = events.in_bulk(ids) if ids else {}
    return [(row, before.get(row.before_id)) for row in found]


class HistorySource(Source):
    """Rows of the history that the database writes of a tracked model."""

    model: ClassVar[type[Model]]

    def events(self) -> Rows:
        """The history of the model."""
        return events_of(self.model)

    def pairs(self, keys: Iterable[str]) -> list[tuple[Any, Any]]:
        """Rows with the row before each."""
        return with_before(self.events().filter(pgh_id__in=[int(key) for key in keys]), self.model)


def was(field: str, model: type[Model]) -> Subquery:
    """What a field was in the row of history before this one."""
    older = history_of_model(model).filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    return Subquery(older.order_by("-pgh_id").values(field)[:1])


def changed(field: str) -> Q:
    """That a field was another one before; `was_<field>` is annotated with `was`."""
    return ~Q(**{field: F(f"was_{field}")}) | Q(**{f"was_{field}__isnull": True})


def key_as_text(number: int) -> str:
    """The key of a row with this number, as `key_of` writes it."""
    return f"{number:020d}"
