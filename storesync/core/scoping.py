"""Brand scope, failing closed (architecture.md, "The tenant is in the address").

The filter is an SQL condition that reads the ambient scope when a query is *compiled*, so querysets made at
import time, choices of forms and filters, subqueries, counts and updates are right by themselves, and a query
outside any scope raises instead of showing another brand's rows.
"""

import contextvars
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

import pgtrigger
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

EVERY: Final = "every"
Scope = frozenset[UUID] | Literal["every"] | None
_M = TypeVar("_M", bound=models.Model)
_scope: contextvars.ContextVar[Scope] = contextvars.ContextVar("brand_scope", default=None)


class ScopeError(RuntimeError):
    """A brand-owned table was touched outside its brand scope."""


@contextmanager
def _open(value: Scope) -> Iterator[None]:
    token = _scope.set(value)
    try:
        yield
    finally:
        _scope.reset(token)


def brand_scope(ids: Iterable[UUID]) -> AbstractContextManager[None]:
    """Everything inside sees the brands with these ids, and no other."""
    return _open(frozenset(ids))


def all_brands(reason: str) -> AbstractContextManager[None]:
    """The only way out of the scope; `tests/architecture/test_all_brands.py` keeps the list of callers.

    Args:
        reason: why this code must see every brand, for whoever reads that list.
    """
    if not reason:
        raise ValueError("all_brands() needs a reason")
    return _open(EVERY)


def current_scope() -> Scope:
    """The brands in scope: a set of ids, "every", or None when no scope is open."""
    return _scope.get()


def in_scope(stream: Iterator[Any]) -> Iterator[Any]:
    """A stream whose parts are made in the present scope, for a StreamingHttpResponse.

    Its body is read after the middleware has closed the scope, so the context is copied here and now.
    """
    context, end = contextvars.copy_context(), object()
    return iter(lambda: context.run(next, stream, end), end)


def require_scope(brand_id: UUID | None) -> None:
    """Raise ScopeError unless the brand is in scope."""
    ids = _scope.get()
    if ids is None or (ids != EVERY and brand_id not in ids):
        raise ScopeError(f"brand {brand_id} is not in scope")


class InScope(models.Func):
    """The condition "this row's brand is in scope", made when the query is compiled."""

    output_field = models.BooleanField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> Any:
        ids = _scope.get()
        if ids is None:
            raise ScopeError("no brand scope is open")
        if isinstance(ids, str):
            raise FullResultSet
        if not ids:
            raise EmptyResultSet
        sql, params = compiler.compile(self.get_source_expressions()[0])
        if len(ids) == 1:
            return f"{sql} = %s", (*params, *ids)
        return f"{sql} = ANY(%s)", (*params, sorted(ids))


class BrandQuerySet(models.QuerySet[_M]):
    """A queryset of brand-owned rows; what the SQL condition cannot guard is guarded here."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[_M]:
        rows = list(objs)
        for brand_id in {row.brand_id for row in rows}:
            require_scope(brand_id)
        return super().bulk_create(rows, *args, **kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise ScopeError("raw() knows no scope")


class BrandManager(models.Manager[_M]):
    """The one manager of a brand-owned model; own querysets by `BrandManager.from_queryset(...)()`."""

    _queryset_class: type[BrandQuerySet[_M]] = BrandQuerySet

    def get_queryset(self) -> models.QuerySet[_M]:
        return super().get_queryset().filter(InScope("brand_id"))


class BrandOwned(models.Model):
    """A row that belongs to one brand, for good. Children write `class Meta(BrandOwned.Meta)`."""

    brand = models.ForeignKey("brands.Brand", models.CASCADE, related_name="+")

    objects = BrandManager()

    class Meta:
        abstract = True
        triggers: list[pgtrigger.Trigger] = [pgtrigger.ReadOnly(name="brand_is_fixed", fields=["brand"])]

    def save(self, *args: Any, **kwargs: Any) -> None:
        require_scope(self.brand_id)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        require_scope(self.brand_id)
        return super().delete(*args, **kwargs)
