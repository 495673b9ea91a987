"""`id__any_of=[...]`: one of thousands of ids, sent as one array; `__in` sends a parameter for each."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Lookup


class AnyOf(Lookup):
    """Equal to one of these UUIDs. Of a foreign key write `owner__id__any_of`: it needs no join."""

    lookup_name = "any_of"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column = ANY('{...}'::uuid[])`."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s::uuid[])", (*params, f"{{{','.join(map(str, self.rhs))}}}")
