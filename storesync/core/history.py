"""Before/after history of every business model, written by statement-level triggers (pghistory)."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import pghistory
import pgtrigger
from django.db import models
from pghistory.models import Event

from storesync.core.scoping import BrandManager, BrandOwned

_T = TypeVar("_T", bound=type[models.Model])


class BrandEvent(Event):
    """History of a brand-owned row: tenant data like the row itself, so it is scoped like it."""

    objects: ClassVar[Any] = BrandManager()

    class Meta:
        abstract = True
        ordering = ["pgh_id"]


class PlainEvent(Event):
    """History of a row that belongs to no brand (people, brands)."""

    class Meta:
        abstract = True
        ordering = ["pgh_id"]


def tracked(*, exclude: list[str] | None = None) -> Callable[[_T], _T]:
    """Class decorator: keep every insert, update and delete of this model, append-only.

    Args:
        exclude: fields not worth keeping or not allowed to be kept (secrets, derived columns).

    Statement-level triggers see bulk_create, update(), COPY and upserts alike; an update that changes
    nothing writes nothing.
    """

    def decorate(model: _T) -> _T:
        owned = issubclass(model, BrandOwned)
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=exclude,
            level=pghistory.Statement,
            append_only=True,
            base_model=BrandEvent if owned else PlainEvent,
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="+"),
            meta=_meta(model),
        )(model)
        return model

    return decorate


def never_emptied(name: str) -> pgtrigger.Trigger:
    """A trigger by which the database refuses TRUNCATE, which row triggers never see."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
    )


def _meta(model: type[models.Model]) -> dict[str, Any]:
    return {
        "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name=f"{model._meta.model_name}_hist"[:30])]
    }
