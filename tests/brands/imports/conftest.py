"""What the tests of imports share: an empty brand, its scope, and the action on a few lines of text."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings

from storesync.accounts.models import User
from storesync.brands.imports import ImportOptions, ImportReport, import_locations
from storesync.brands.models import Brand
from storesync.core.scoping import brand_scope
from tests.factories import BrandFactory

Importer = Callable[..., ImportReport]

# The first example fills caches; how long one takes is not what these tests are about.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def brand(db: None) -> Iterator[Brand]:
    """A brand of the US without any location, in scope."""
    brand = BrandFactory(name="Chain", slug="chain", country="US", time_zone="America/Chicago")
    with brand_scope([brand.pk]):
        yield brand


@pytest.fixture
def load(brand: Brand) -> Iterator[Importer]:
    """`load(text, mapping={}, actor=None, **options)` imports text or bytes into the brand."""
    reports: list[ImportReport] = []

    def run(
        text: str | bytes, mapping: dict[str, str] | None = None, actor: User | None = None, **options: Any
    ) -> ImportReport:
        content = text if isinstance(text, bytes) else text.encode()
        reports.append(
            import_locations(
                brand=brand,
                source=io.BytesIO(content),
                mapping=mapping or {},
                options=ImportOptions(**options),
                actor=actor,
                name="stores.csv",
            )
        )
        return reports[-1]

    yield run
    for report in reports:
        report.close()
