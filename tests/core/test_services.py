"""The services that other tests lean on."""

import smtplib
from uuid import UUID

from pytest_django import DjangoCaptureOnCommitCallbacks

from storesync.core.queue import task
from tests.services import SmtpSink

BRAND = UUID("01890000-0000-7000-8000-000000000001")
done: list[UUID] = []


@task(name="tests.services.note")
def note(brand_id: UUID) -> None:
    """Note that it ran."""
    done.append(brand_id)


def test_immediate_queue_waits_for_the_commit(
    db: None, huey_immediate: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    done.clear()
    with django_capture_on_commit_callbacks(execute=True):
        note.wake(BRAND)
        assert done == []
    assert done == [BRAND]


def test_sink_keeps_what_it_accepts_over_smtp(smtp_sink: SmtpSink) -> None:
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as client:
        for number in range(3):
            client.sendmail(
                "shop@acme.example",
                [f"{number}@example.com"],
                f"Message-ID: <{number}@acme.example>\r\nSubject: Hi\r\n\r\n.dot\r\n",
            )
    assert smtp_sink.message_ids == [f"<{number}@acme.example>" for number in range(3)]
    assert smtp_sink.accepted[2].rcpt_tos == ["2@example.com"]
    assert smtp_sink.accepted[2].message.get_content().strip() == ".dot"
