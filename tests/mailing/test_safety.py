"""A database that forgets, or is a copy, sends nothing (Rule S12, fault 20)."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from storesync.mailing import safety
from storesync.mailing.checks import check_durability
from storesync.mailing.models import Delivery, Installation
from storesync.mailing.tasks import sweep_mail
from tests.conftest import Cast
from tests.mailing.conftest import Freeze
from tests.mailing.smtp_servers import misbehaving


def test_a_copy_waits_until_a_person_releases_it(in_acme: Cast, freeze: Freeze, settings: Any) -> None:
    freeze(2)
    with misbehaving() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        Installation.objects.create(fingerprint="main/another/1/5")
        sweep_mail()
        assert server.accepted == [] and set(Delivery.objects.values_list("state", flat=True)) == {"queued"}
        output = StringIO()
        call_command("release_sending", stdout=output)
        assert output.getvalue().startswith("Released: main/")
        sweep_mail()
        assert len(server.accepted) == 2


def test_a_fresh_installation_notes_itself_and_another_name_is_a_copy(db: None, settings: Any) -> None:
    assert safety.may_send() and safety.may_send()
    assert Installation.objects.count() == 1
    settings.MAIL_INSTALLATION = "staging"
    assert not safety.may_send()
    assert "release_sending" in safety.read_health().refusal


def test_a_database_that_forgets_is_refused(db: None, settings: Any) -> None:
    assert check_durability(databases=["default"]) == [] and safety.may_send()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert [error.id for error in check_durability(databases=["default"])] == ["mailing.E001"]
    assert not safety.may_send() and "synchronous_commit" in safety.read_health().refusal
    assert check_durability(databases=None) == []
    settings.MAIL_REQUIRE_DURABLE = False
    assert check_durability(databases=["default"]) == [] and safety.may_send()


@pytest.mark.parametrize("commit", ["on", "local", "remote_write", "remote_apply"])
def test_every_setting_that_waits_for_the_disk_will_do(db: None, commit: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL synchronous_commit = {commit}")
    assert safety.read_health().durable
