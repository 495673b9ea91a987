"""Fault 36, Rule C3: a person who was mailed and is erased is in no table of the database any more."""

from typing import Any

from django.db import connection
from django.utils import timezone

from storesync.approvals.actions.digest import make_digest_now
from storesync.audience.actions import erase_contact
from storesync.audience.models import Contact
from storesync.campaigns.actions import clock
from storesync.mailing.queries import ledgers
from storesync.mailing.tasks import sweep_mail
from storesync.notifications.tasks import sweep_notices
from tests.conftest import Cast
from tests.services import SmtpSink
from tests.waves import approve, hand_in, launched_wave


def everything_that_names(*words: str) -> dict[str, int]:
    """How many rows of each table hold one of these words in any column, JSON and bytes included."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(relname) FROM pg_stat_user_tables ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text ILIKE ANY(%s)",  # noqa: S608 - our own tables
                [[f"%{one}%" for word in words for one in (word, word.encode().hex())]],
            )
            found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


def test_of_who_was_mailed_and_is_erased_nothing_is_left(
    in_acme: Cast, smtp_sink: SmtpSink, settings: Any
) -> None:
    """Offered, told of, in a digest, approved, sent, then erased: no row names them, no count changes."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    person = "c0.118@customers.example"
    wave = launched_wave(in_acme)
    contact = Contact.objects.get(address=person)
    contact.first_name, contact.last_name = "Zebulon", "Quatermass"
    contact.save()
    items = hand_in(in_acme, wave)
    sweep_notices()
    make_digest_now(person=in_acme.approver, brand=in_acme.acme, now=timezone.now())
    approve(in_acme, items)
    clock.activate_due()
    sweep_mail()
    assert smtp_sink.recipients[person] == 1
    before = ledgers("campaign", wave.campaigns.values_list("pk", flat=True))
    names = (person, "Zebulon", "Quatermass")
    assert "audience_contact" in everything_that_names(*names), "there was something to erase"
    erase_contact(contact=contact, actor=in_acme.manager)
    assert everything_that_names(*names) == {}
    assert ledgers("campaign", wave.campaigns.values_list("pk", flat=True)) == before
