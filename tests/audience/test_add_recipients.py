"""Handing in recipients: contacts, immutable lists, and what an import may never do (Rules C3, S11)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, ProgrammingError, connection, transaction

from storesync.audience.actions import add_recipients, erase_contact, suppress
from storesync.audience.models import (
    AudienceEntry,
    AudienceList,
    Consent,
    Contact,
    Suppression,
    SuppressionReason,
)
from storesync.audience.queries import NOBODY, audience_of, audiences_of
from storesync.core.errors import ActionRefused
from storesync.core.scoping import ScopeError, all_brands
from tests.conftest import Cast

TABLE = """email,first name,store
Ada@Example.org,Ada,118
bob@example.org,Bob,204
ada@example.org,Ada again,204
nobody,N,118
cy@example.org,Cy,999
"""


def test_a_table_becomes_a_list_with_an_audience_per_store(in_acme: Cast) -> None:
    report = add_recipients(brand=in_acme.acme, text=TABLE, source="table.csv", actor=in_acme.manager)
    assert report.list is not None
    assert (report.accepted, report.duplicates, report.invalid, report.suppressed) == (2, 1, 2, 0)
    assert [(problem.row, problem.value) for problem in report.problems] == [
        (5, "nobody"),
        (6, "cy@example.org"),
    ]
    found = audiences_of(report.list.pk)
    assert {key: value["count"] for key, value in found.items()} == {in_acme.leeds.pk: 1, in_acme.york.pk: 1}
    assert audience_of(report.list.pk, in_acme.dover.pk) == {
        "list": str(report.list.pk),
        "count": 0,
        "digest": NOBODY,
    }
    assert Contact.objects.get(address="ada@example.org").mailbox == "Ada@example.org"


def test_the_same_people_give_the_same_digest_and_one_more_another(in_acme: Cast) -> None:
    def digest(text: str) -> str:
        report = add_recipients(
            brand=in_acme.acme, text=text, source="paste", actor=None, locations=[in_acme.leeds]
        )
        assert report.list is not None
        return audience_of(report.list.pk, in_acme.leeds.pk)["digest"]

    first = digest("a@example.org, b@example.org")
    assert digest("B@example.org; a@example.org") == first
    assert digest("a@example.org, b@example.org, c@example.org") != first


def test_an_import_completes_but_never_blanks_raises_consent_or_revives(in_acme: Cast) -> None:
    """Rule C3."""
    lists = {"brand": in_acme.acme, "source": "x", "actor": None, "locations": [in_acme.leeds]}
    add_recipients(text="Ada Lovelace <ada@example.org>", **lists)
    contact = Contact.objects.get()
    suppress(contact_id=contact.pk, reason=SuppressionReason.UNSUBSCRIBED)
    assert not suppress(contact_id=contact.pk, reason=SuppressionReason.UNSUBSCRIBED)
    report = add_recipients(text="ada@example.org", **lists)
    contact.refresh_from_db()
    assert (contact.first_name, contact.consent, report.suppressed) == ("Ada", Consent.WITHDRAWN, 1)


def test_further_columns_are_kept_where_they_are_asked_for(in_acme: Cast) -> None:
    lists = {"brand": in_acme.acme, "source": "x", "actor": None, "locations": [in_acme.leeds]}
    table = "E-Mail;Vorname;Treue-Stufe;Geburtstag;Größe\nada@example.org;Ada;Gold \ue000x;1815;\n"
    add_recipients(text=table, fields=["treue_stufe", "grosse"], **lists)
    contact = Contact.objects.get()
    assert contact.fields == {"treue_stufe": "Gold x"}, "no birthday, no empty cell, no mark of a field"
    add_recipients(text="email,grosse\nada@example.org,42", fields=["grosse"], **lists)
    contact.refresh_from_db()
    assert contact.fields == {"treue_stufe": "Gold x", "grosse": "42"}, "completed, never blanked"


def test_company_wide_suppression_counts_in_every_brand(in_acme: Cast) -> None:
    lists = {"brand": in_acme.acme, "source": "x", "actor": None, "locations": [in_acme.leeds]}
    add_recipients(text="ada@example.org", **lists)
    suppress(contact_id=Contact.objects.get().pk, reason=SuppressionReason.UNSUBSCRIBED, company=True)
    assert not Suppression.objects.exists()  # it is no brand's row
    assert add_recipients(text="ada@example.org", **lists).suppressed == 1


def test_an_erased_person_leaves_a_hash_only_and_stays_suppressed(in_acme: Cast) -> None:
    """Rule C3, fault 36."""
    lists = {"brand": in_acme.acme, "source": "x", "actor": None, "locations": [in_acme.leeds]}
    text = "email,name,Club\nada.unique@example.org,Ada Lovelace,Lovelace society"
    add_recipients(text=text, fields=["club"], **lists)
    contact = Contact.objects.get()
    assert contact.fields == {"club": "Lovelace society"}
    with pytest.raises(PermissionDenied):
        erase_contact(contact=contact, actor=in_acme.leeds_manager)
    erase_contact(contact=contact, actor=in_acme.manager)
    erase_contact(contact=contact, actor=in_acme.manager)
    assert str(Contact.objects.get(pk=contact.pk)) == "erased"
    rows = "SELECT count(*) FROM {} t WHERE t::text ILIKE '%%lovelace%%' OR t::text ILIKE '%%ada.unique%%'"
    with connection.cursor() as cursor:
        for model in (Contact, Contact.history.rel.related_model, AudienceEntry, AudienceList, Suppression):
            cursor.execute(rows.format(model._meta.db_table))
            assert cursor.fetchone() == (0,), model
    report = add_recipients(text="ada.unique@example.org", **lists)
    assert report.suppressed == 1 and Contact.objects.count() == 2
    assert report.list is not None


def test_who_may_hand_in(in_acme: Cast) -> None:
    brand = in_acme.acme
    with pytest.raises(PermissionDenied):
        add_recipients(brand=brand, text=TABLE, source="x", actor=in_acme.leeds_manager)
    assert not Contact.objects.exists()
    only_leeds = "email,store\na@example.org,118"
    assert add_recipients(brand=brand, text=only_leeds, source="x", actor=in_acme.leeds_manager).accepted == 1
    with pytest.raises(PermissionDenied):
        add_recipients(brand=brand, text=only_leeds, source="x", actor=in_acme.viewer)


def test_refusals(in_acme: Cast) -> None:
    with pytest.raises(ActionRefused):
        add_recipients(brand=in_acme.acme, text="  \n", source="x", actor=None)
    with pytest.raises(ScopeError):
        add_recipients(brand=in_acme.other, text="a@example.org", source="x", actor=None)
    report = add_recipients(brand=in_acme.acme, text="a@example.org", source="x", actor=None)
    assert report.list is None and "which store" in report.problems[0].reason


def test_a_known_person_goes_to_their_store_unless_it_is_not_meant(in_acme: Cast) -> None:
    add_recipients(brand=in_acme.acme, text="email,store\na@example.org,118", source="x", actor=None)
    both = [in_acme.leeds, in_acme.york]
    again = add_recipients(brand=in_acme.acme, text="a@example.org", source="x", actor=None, locations=both)
    assert again.by_location == {in_acme.leeds.pk: 1}
    south = [in_acme.dover, in_acme.york]
    assert (
        add_recipients(
            brand=in_acme.acme, text="a@example.org", source="x", actor=None, locations=south
        ).invalid
        == 1
    )


def test_lists_are_immutable(in_acme: Cast) -> None:
    add_recipients(
        brand=in_acme.acme, text="a@example.org", source="x", actor=None, locations=[in_acme.leeds]
    )
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        AudienceEntry.objects.all().delete()
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        AudienceList.objects.update(count=2)
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        AudienceEntry.objects.update(location=in_acme.york)
    with all_brands("the test counts every brand's"):
        assert AudienceEntry.objects.count() == 1
