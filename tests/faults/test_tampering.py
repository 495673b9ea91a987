"""After approval, whatever is changed by whatever way in is not sent (Rule A3, issue 2, Proof).

The triggers that refuse such changes are tested where they live; here somebody has got past them, and the
engine runs for real against a mail server. Either nothing of the store arrives, or exactly what was approved.
"""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.contrib import admin
from django.core import serializers
from django.core.management import call_command, get_commands
from django.db import DatabaseError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Replace
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from storesync.audience.models import AudienceEntry, Contact
from storesync.campaigns.actions import clock
from storesync.campaigns.actions.template import publish_version, save_draft
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, Rollout, TemplateVersion
from storesync.campaigns.statuses import Status
from storesync.content.models import Approval, Revision
from storesync.mailing.engine import send_due
from storesync.mailing.messages import message_hash, seal
from storesync.mailing.models import Batch, BatchMessage, Delivery
from tests.campaigns.making import DRAFT
from tests.conftest import Cast, without_scope
from tests.services import SmtpSink
from tests.waves import addresses, approved_wave

LATER = {"start": "2999-01-01T09:00"}
EVIL = "Free beer"
PARTS: dict[str, dict[str, Any]] = {
    "subject": {"subject": EVIL, "rendered_subject": EVIL},
    "preheader": {"preheader": EVIL, "rendered_preheader": EVIL},
    "block": {"blocks": [{"id": "x", "type": "text", "text": EVIL}]},
    "html": {"html": f"<p>{EVIL}</p>"},
    "text": {"text": EVIL},
    "values": {"values": {"discount_percentage": "50"}},
    "facts": {"facts": {"location_name": EVIL}},
    "audience": {"audience": {}},
    "schedule": {"schedule": {"start": "2001-01-01T09:00"}},
    "sender": {"sender": {"name": EVIL, "address": "x@evil.example", "reply_to": ""}},
    # What recipients read whose first name is not known; theirs is not.
    "fallback": {name: Replace(name, Value("neighbour"), Value(EVIL)) for name in ("html", "text")},
}
COMMANDS = {
    "build_languages": "writes no database",
    "import_locations": "writes stores: below",
    "rebuild_embeddings": "writes what search reads, and nothing that is sent",
    "release_sending": "lets a copy send: below",
    "run_demo": "starts what is tested elsewhere",
    "run_mail_sink": "receives mails",
    "run_worker": "sends, by the engine that every test here runs",
    "verify_evidence": "reads only",
}
"""Every command of ours, and where it is tampered with: whoever adds one says it here."""
Tamper = Callable[[LocationCampaign], object]


@pytest.fixture
def leeds(in_acme: Cast, smtp_sink: SmtpSink, settings: Any) -> LocationCampaign:
    """An approved and armed campaign at leeds, beside one at york that nobody tampers with."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    return approved_wave(in_acme)[0]


def past_triggers(model: Any, **found: Any) -> Callable[..., int]:
    """An update that no trigger of ours sees, as the owner of the database can make it."""

    def update(**changes: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            count: int = model.objects.filter(**found).update(**changes)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        return count

    return update


def send(cast: Cast) -> None:
    """What the worker does until nothing is left to do."""
    for _round in range(3):
        clock.sweep_campaigns()
        send_due(cast.acme.pk, seconds=5)


def nothing_of_leeds_left(cast: Cast, sink: SmtpSink) -> None:
    """York got its mails, leeds none, and its campaign says why it stopped."""
    send(cast)
    assert set(sink.recipients) == set(addresses("204", 2))
    assert EVIL not in "".join(str(each.message) for each in sink.accepted)
    campaign = LocationCampaign.objects.get(location=cast.leeds)
    assert campaign.status == Status.PAUSED and campaign.status_reason


def exactly_what_was_approved_left(cast: Cast, sink: SmtpSink) -> None:
    """Both stores' recipients got the approved message, once each, and nobody else got anything."""
    send(cast)
    assert sink.recipients == dict.fromkeys([*addresses("118", 2), *addresses("204", 2)], 1)
    for each in sink.accepted:
        assert each.message["Subject"] in {"20% off at Leeds Arcade", "20% off at York Retail Park"}
        assert EVIL not in str(each.message)


def test_untouched_it_is_sent(in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink) -> None:
    """Without this one, all the others could pass because nothing is ever sent."""
    exactly_what_was_approved_left(in_acme, smtp_sink)


@pytest.mark.parametrize("part", list(PARTS))
def test_the_orm_with_triggers_ignored(
    in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink, part: str
) -> None:
    rows = Revision.objects.filter(pk=leeds.approved_revision_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**PARTS[part])
    with pgtrigger.ignore("content.Revision:revisions_never_change"):
        assert rows.update(**PARTS[part]) == 1
    nothing_of_leeds_left(in_acme, smtp_sink)


@pytest.mark.parametrize("part", list(PARTS))
def test_raw_sql_that_mends_the_hash_of_the_revision_too(
    in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink, part: str
) -> None:
    """The row agrees with itself again, but not with the approval."""
    update = past_triggers(Revision, pk=leeds.approved_revision_id)
    assert update(**PARTS[part]) == 1
    forged = Revision.objects.get(pk=leeds.approved_revision_id)
    update(content_hash=forged.recompute_hash())
    nothing_of_leeds_left(in_acme, smtp_sink)


@pytest.mark.parametrize("part", list(PARTS))
def test_a_revision_changed_in_the_middle_of_the_sending(
    in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink, part: str
) -> None:
    clock.activate_due()
    past_triggers(Revision, pk=leeds.approved_revision_id)(**PARTS[part])
    nothing_of_leeds_left(in_acme, smtp_sink)


@pytest.mark.parametrize("part", ["subject", "html", "text", "fallback"])
def test_the_frozen_message(in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink, part: str) -> None:
    clock.activate_due()
    messages = BatchMessage.objects.filter(batch__source_id=leeds.pk)
    assert "neighbour" in messages.get().html
    change = PARTS[part] if part == "fallback" else {part: EVIL}
    with pytest.raises(DatabaseError), transaction.atomic():
        messages.update(**change)
    past_triggers(BatchMessage, batch__source_id=leeds.pk)(**change)
    nothing_of_leeds_left(in_acme, smtp_sink)


def test_the_frozen_message_with_every_seal_of_the_batch_mended(
    in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink
) -> None:
    """The batch agrees with itself again, but not with the revision that was approved."""
    clock.activate_due()
    message = BatchMessage.objects.get(batch__source_id=leeds.pk)
    forged = message_hash(EVIL, message.html, message.text)
    past_triggers(BatchMessage, pk=message.pk)(subject=EVIL, content_hash=forged)
    past_triggers(Batch, source_id=leeds.pk)(messages_hash=seal([forged]))
    nothing_of_leeds_left(in_acme, smtp_sink)


@pytest.mark.parametrize("column", ["sender_name", "sender_address", "reply_to"])
def test_the_frozen_sender(in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink, column: str) -> None:
    clock.activate_due()
    past_triggers(Batch, source_id=leeds.pk)(**{column: "x@evil.example"})
    nothing_of_leeds_left(in_acme, smtp_sink)


def _eve(cast: Cast) -> Contact:
    return Contact.objects.create(
        brand=cast.acme, address="eve@people.example", mailbox="eve@people.example", address_hash="e" * 64
    )


def test_somebody_added_to_the_list(in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink) -> None:
    rollout = Rollout.objects.get()
    AudienceEntry.objects.create(
        brand=in_acme.acme, list_id=rollout.audience_list_id, location=in_acme.leeds, contact=_eve(in_acme)
    )
    nothing_of_leeds_left(in_acme, smtp_sink)


def test_somebody_added_to_the_ledger(in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink) -> None:
    """The database refuses it; nothing above needs to notice."""
    clock.activate_due()
    batch = Batch.objects.get(source_id=leeds.pk)
    with pytest.raises(DatabaseError, match="no more recipients"), transaction.atomic():
        Delivery.objects.create(
            brand=in_acme.acme,
            batch=batch,
            message=batch.messages.get(),
            contact=_eve(in_acme),
            dedupe_scope=batch.dedupe_scope,
            next_at=timezone.now(),
        )
    exactly_what_was_approved_left(in_acme, smtp_sink)


def test_a_recipient_exchanged_in_the_ledger(
    in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink
) -> None:
    clock.activate_due()
    rows = Delivery.objects.filter(batch__source_id=leeds.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.filter(pk=rows.values("pk")[:1]).update(contact=_eve(in_acme))
    exactly_what_was_approved_left(in_acme, smtp_sink)


def test_dates_brought_forward_in_the_campaign(in_acme: Cast, smtp_sink: SmtpSink, settings: Any) -> None:
    """The column only says when to look; what starts is the approved schedule."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    approved_wave(in_acme, schedule=LATER)
    LocationCampaign.objects.update(start_at=timezone.now() - timedelta(minutes=1))
    send(in_acme)
    assert smtp_sink.accepted == [] and not Batch.objects.exists()
    assert set(LocationCampaign.objects.values_list("status", flat=True)) == {Status.SCHEDULED}


def test_another_revision_put_in_place(in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink) -> None:
    """Not even one that is approved, where it is approved for another campaign."""
    york = LocationCampaign.objects.get(location=in_acme.york)
    LocationCampaign.objects.filter(pk=leeds.pk).update(approved_revision=york.approved_revision_id)
    nothing_of_leeds_left(in_acme, smtp_sink)


def test_an_approval_written_for_other_bytes(
    in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink
) -> None:
    approvals = Approval.objects.filter(revision=leeds.approved_revision_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        approvals.update(content_hash="0" * 64)
    past_triggers(Approval, revision=leeds.approved_revision_id)(content_hash="0" * 64)
    nothing_of_leeds_left(in_acme, smtp_sink)


def test_the_page(in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink, client: Client) -> None:
    """An edit of what is approved makes a candidate; what was approved is what goes out."""
    client.force_login(in_acme.leeds_manager, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("campaigns:campaign_edit", args=["acme", leeds.pk])
    form = client.get(url).context["form"]
    data = {"version": leeds.version, "block-hello-text": EVIL, "start_kind": "date", "start": LATER["start"]}
    assert set(data) <= set(form.fields)
    assert client.post(url, data).status_code == 302
    fresh = LocationCampaign.objects.select_related("current_revision").get(pk=leeds.pk)
    assert EVIL in fresh.current_revision.html and fresh.current_revision.schedule == LATER
    assert fresh.approved_revision_id == leeds.approved_revision_id
    exactly_what_was_approved_left(in_acme, smtp_sink)


def test_a_fallback_changed_in_the_template(
    in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink
) -> None:
    """By a new version, and past the triggers in the version it was made from: the approved bytes have it."""
    template = CampaignTemplate.objects.get()
    blocks = [
        block | ({"text": f'Hello {{{{ first_name|default("{EVIL}") }}}}'} if block["id"] == "hello" else {})
        for block in DRAFT["blocks"]
    ]
    save_draft(
        template=template,
        draft=template.draft | {"blocks": blocks},
        draft_number=template.draft_number,
        actor=in_acme.manager,
    )
    newer = publish_version(template=CampaignTemplate.objects.get(), actor=in_acme.manager)
    assert EVIL in str(newer.blocks)
    past_triggers(TemplateVersion, pk=leeds.template_version_id)(blocks=blocks)
    exactly_what_was_approved_left(in_acme, smtp_sink)
    assert all("neighbour" in str(each.message) for each in smtp_sink.accepted)


def test_every_command_has_its_cell() -> None:
    assert {name for name, app in get_commands().items() if app.startswith("storesync.")} == set(COMMANDS)


def test_the_commands_that_write(
    in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    """An import that renames and moves the store; facts of stores are in the approved bytes."""
    path = tmp_path / "stores.csv"
    path.write_text(f"store_number,name,street,email\n118,{EVIL},{EVIL},x@evil.example\n")
    without_scope(call_command, "import_locations", str(path), "--brand", "acme", stdout=StringIO())
    in_acme.leeds.refresh_from_db()
    assert (in_acme.leeds.name, in_acme.leeds.street) == (EVIL, EVIL)
    call_command("release_sending", stdout=StringIO())
    exactly_what_was_approved_left(in_acme, smtp_sink)
    assert {str(each.message["From"]) for each in smtp_sink.accepted} == {
        "Leeds Arcade <news@acme.example>",
        "York Retail Park <news@acme.example>",
    }


def test_loaddata(in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    """Django's own command that writes rows as they are: the database refuses each part of a revision."""
    rows = Revision.objects.filter(pk=leeds.approved_revision_id)
    for part, changes in PARTS.items():
        with transaction.atomic():
            past_triggers(Revision, pk=leeds.approved_revision_id)(**changes)
            dumped = serializers.serialize("json", rows)
            transaction.set_rollback(True)
        assert EVIL in dumped or part in {"values", "audience", "schedule"}
        path = tmp_path / f"{part}.json"
        path.write_text(dumped)
        with pytest.raises(DatabaseError), transaction.atomic():
            call_command("loaddata", str(path), stdout=StringIO())
    exactly_what_was_approved_left(in_acme, smtp_sink)


def test_the_back_office(in_acme: Cast, leeds: LocationCampaign, smtp_sink: SmtpSink, client: Client) -> None:
    """It writes nothing that is sent: facts of stores and senders are in the approved bytes."""
    written = {model._meta.app_label for model in admin.site._registry}
    closed = {"content", "campaigns", "approvals", "audience", "mailing"}
    request = type("Request", (), {"user": in_acme.admin, "GET": {}})()
    for model, page in admin.site._registry.items():
        if model._meta.app_label in closed:
            assert not page.has_add_permission(request), model
            assert not page.has_change_permission(request), model
            assert not page.has_delete_permission(request), model
    assert {"brands"} <= written and {app.label for app in apps.get_app_configs()} >= closed
    client.force_login(in_acme.admin, backend="django.contrib.auth.backends.ModelBackend")
    for row, typed in (
        (in_acme.leeds, {"name": EVIL, "street": EVIL, "attributes": "{}"}),
        (in_acme.acme, {"sender_name": EVIL, "sender_email": "x@evil.example"}),
    ):
        url = reverse(f"admin:brands_{row._meta.model_name}_change", args=[row.pk])
        form = client.get(url).context["adminform"].form
        kept = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}
        assert client.post(url, kept | typed).status_code == 302, row
        row.refresh_from_db()
    assert (in_acme.leeds.name, in_acme.acme.sender_name) == (EVIL, EVIL)
    exactly_what_was_approved_left(in_acme, smtp_sink)
    assert {str(each.message["From"]) for each in smtp_sink.accepted} == {
        "Leeds Arcade <news@acme.example>",
        "York Retail Park <news@acme.example>",
    }
