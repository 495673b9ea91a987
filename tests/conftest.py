"""The cast, and the scope it plays in. The same people everywhere, so that a test reads like a sentence."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from hypothesis.configuration import set_hypothesis_home_dir
from pytest_django import DjangoDbBlocker

from storesync.accounts.models import User
from storesync.brands.actions.membership import grant_membership
from storesync.brands.models import Brand, Location, Region
from storesync.brands.rights import Role
from storesync.core.languages import build_catalogues
from storesync.core.queue import HUEY
from storesync.core.scoping import _open, brand_scope, current_scope
from tests.database import Remembered, empty_database, migrated_template
from tests.factories import BrandFactory, LocationFactory, RegionFactory, UserFactory
from tests.services import SmtpSink, Worker, immediate_queue, running_sink

# What tests leave behind lies under var/ like everything else that StoreSync writes.
set_hypothesis_home_dir(settings.VAR_DIR / "hypothesis")


T = TypeVar("T")


@dataclass
class Cast:
    """Two brands and their people.

    `acme` has regions north (with leeds and york) and south (with dover). `other` is another brand with a
    store of its own; `stranger` manages it and has no business in acme.
    """

    acme: Brand
    other: Brand
    north: Region
    south: Region
    leeds: Location
    york: Location
    dover: Location
    elsewhere: Location
    admin: User
    manager: User
    approver: User
    leeds_manager: User
    north_manager: User
    clerk: User
    viewer: User
    stranger: User


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """A cheap hash: the real one costs each person of the cast a quarter of a second, by design."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _languages() -> None:
    """The translations, which a fresh clone has only as .po files."""
    build_catalogues()


@pytest.fixture(scope="session", autouse=True)
def _plain_static_files() -> Iterator[None]:
    """Static files by their plain names: the hashed ones exist only after collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_media_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Pictures that tests add lie in a folder of theirs."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


def make_cast() -> Cast:
    """Everybody, with their memberships."""
    acme = BrandFactory(name="Acme Home", slug="acme")
    other = BrandFactory(name="Other Ware", slug="other")
    with brand_scope([acme.pk, other.pk]):
        north = RegionFactory(brand=acme, name="North")
        south = RegionFactory(brand=acme, name="South")
        leeds = LocationFactory(
            brand=acme, region=north, store_number="118", name="Leeds Arcade", city="Leeds"
        )
        york = LocationFactory(
            brand=acme, region=north, store_number="204", name="York Retail Park", city="York"
        )
        dover = LocationFactory(brand=acme, region=south, store_number="301", name="Dover Quay", city="Dover")
        elsewhere = LocationFactory(brand=other, store_number="118", name="Elsewhere")
        people = {
            "admin": UserFactory(
                name="Ada Admin", email="ada@acme.example", is_superuser=True, is_staff=True
            ),
            "manager": UserFactory(name="Maya Okafor", email="maya@acme.example"),
            "approver": UserFactory(name="Priya Raman", email="priya@acme.example"),
            "leeds_manager": UserFactory(name="Jonas Lind", email="jonas@acme.example"),
            "north_manager": UserFactory(name="Nora North", email="nora@acme.example"),
            "clerk": UserFactory(name="Carl Clerk", email="carl@acme.example"),
            "viewer": UserFactory(name="Vera Viewer", email="vera@acme.example"),
            "stranger": UserFactory(name="Sam Stranger", email="sam@other.example"),
        }
        grant_membership(brand=acme, user=people["manager"], role=Role.BRAND_MANAGER, actor=None)
        grant_membership(brand=acme, user=people["approver"], role=Role.APPROVER, actor=None)
        grant_membership(
            brand=acme,
            user=people["leeds_manager"],
            role=Role.LOCATION_MANAGER,
            locations=[leeds],
            actor=None,
        )
        grant_membership(
            brand=acme, user=people["north_manager"], role=Role.LOCATION_MANAGER, regions=[north], actor=None
        )
        grant_membership(brand=acme, user=people["clerk"], role=Role.CLERK, locations=[leeds], actor=None)
        grant_membership(brand=acme, user=people["viewer"], role=Role.VIEWER, actor=None)
        grant_membership(brand=other, user=people["stranger"], role=Role.BRAND_MANAGER, actor=None)
    return Cast(
        acme=acme,
        other=other,
        north=north,
        south=south,
        leeds=leeds,
        york=york,
        dover=dover,
        elsewhere=elsewhere,
        **people,
    )


@pytest.fixture(autouse=True)
def _closed_scope() -> Iterator[None]:
    """A test that leaves a scope open would hide from the next that it has none."""
    before = current_scope()
    yield
    assert current_scope() == before


@pytest.fixture(scope="session")
def remembered_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Remembered[Cast]:
    """The cast, made once."""
    with django_db_blocker.unblock():
        return Remembered(make_cast)


@pytest.fixture
def cast(db: None, remembered_cast: Remembered[Cast]) -> Cast:
    """Everybody, with their memberships."""
    return remembered_cast()


@pytest.fixture
def in_acme(cast: Cast) -> Iterator[Cast]:
    """The cast, with the scope of acme open (what the middleware does for a page of the brand)."""
    with brand_scope([cast.acme.pk]):
        yield cast


def without_scope(work: Callable[..., T], *args: Any, **options: Any) -> T:
    """Call something as a worker or a command does, with no scope open.

    A context of its own would have a connection of its own too, while Playwright's loop runs in this thread.
    """
    with _open(None):
        return work(*args, **options)


@pytest.fixture
def as_manager(cast: Cast, client: Client) -> Client:
    """A browser in which the brand manager is signed in."""
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    """What tests with real transactions wrote is deleted; see tests/database.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test_case: empty_database())
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The test database is a copy of one that was migrated before, where the server is ours."""
    if settings.EMBEDDED:
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Close the queue's own connection before the test database is dropped."""
    yield
    HUEY.storage.close()


@pytest.fixture
def huey_immediate() -> Iterator[None]:
    """Tasks run at once, when the transaction that woke them commits."""
    with immediate_queue():
        yield


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A real SMTP server that keeps what it accepts."""
    with running_sink() as sink:
        yield sink


@pytest.fixture
def worker(transactional_db: None, smtp_sink: SmtpSink) -> Iterator[Worker]:
    """A worker that is not started yet, sending to `smtp_sink`."""
    process = Worker(smtp_sink)
    yield process
    process.stop()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files; the test is skipped where it is not, and fails where it must be there."""
    path: Path = settings.BASE_DIR / os.environ.get("STORESYNC_DATA", "../shared/data")
    if not path.is_dir():
        if os.environ.get("STORESYNC_REQUIRE_ALL") == "1":
            pytest.fail(f"real data is missing at {path}")
        pytest.skip(f"REAL DATA IS MISSING at {path}: set STORESYNC_DATA")
    return path
