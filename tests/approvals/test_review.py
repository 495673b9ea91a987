"""The review page: what it shows to whom, and deciding on it."""

from typing import Any

import pgtrigger
import pytest
from django.test import Client

from storesync.accounts.models import User
from storesync.approvals.actions import decide, submit
from storesync.approvals.models import ApprovalStep, Decision, Submission, SubmissionItem
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Location, Membership
from storesync.content.language import show_recipient_fields
from storesync.content.models import Approval
from storesync.content.rendering import dark_preview, light_preview
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import make_revision, make_revisions
from tests.conftest import Cast
from tests.content.samples import VALUES

SENDER = {"name": "Acme Leeds", "address": "news@acme.example"}


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def waiting(cast: Cast, location: Location | None = None, by: User | None = None) -> SubmissionItem:
    """An item in review."""
    with brand_scope([cast.acme.pk]):
        person = by or cast.leeds_manager
        revision = make_revision(location or cast.leeds, person, sender=SENDER, values=VALUES)
        [item] = submit(revisions=[revision.pk], actor=person, note="Please look")[0].items.all()
    return item


def at(item: SubmissionItem, name: str = "") -> str:
    return f"/b/acme/approvals/items/{item.pk}/{name}"


def decide_on(client: Client, item: SubmissionItem, decision: str, comment: str = "") -> Any:
    return client.post(at(item), {"decision": decision, "comment": comment, "digest": item.digest})


def test_it_shows_the_mail_the_person_and_the_decision(as_approver: Client, cast: Cast) -> None:
    item = waiting(cast)
    page = as_approver.get(at(item)).content.decode()
    assert "20% off at Leeds Arcade" in page and "Acme Leeds &lt;news@acme.example&gt;" in page
    assert "Your decision" in page and 'value="approved"' in page and "Please look" in page
    assert page.count(f'src="{at(item, "mail/")}"') == 2, "desktop and phone beside each other"
    assert 'value="both"' in page and "allow-scripts" not in page
    assert "1 of 1 waiting" in page and "Jonas Lind" in page
    with brand_scope([cast.acme.pk]):
        step = ApprovalStep.objects.get(item=item)
    assert step.stage_name == "" and "Stage “Review”" in page and "Please look" in page, (
        "its name is for the reader's language"
    )
    mail = as_approver.get(at(item, "mail/"))
    assert "Hello Alex" in mail.content.decode()
    assert "script-src" not in mail.headers["Content-Security-Policy"]
    assert "default-src 'none'" in mail.headers["Content-Security-Policy"]


def test_the_preview_is_the_pinned_bytes_in_every_view_and_for_every_reader(
    as_approver: Client, cast: Cast
) -> None:
    """The preview of the campaign pages; what the frame holds is the revision's own HTML (Rule A3)."""
    item = waiting(cast)
    frame = at(item, "mail/")
    html = as_approver.get(frame).content.decode()
    alex = {"first_name": "Alex", "last_name": "Example", "unsubscribe_url": "#", "browser_url": "#"}
    assert html == light_preview(shown := show_recipient_fields(item.revision.html, alex))
    assert as_approver.get(f"{frame}?view=phone").content.decode() == html
    dark = as_approver.get(f"{frame}?view=dark").content.decode()
    assert dark == dark_preview(shown) != html
    alone = as_approver.get(f"{frame}?alone=1&recipient=nameless").content.decode()
    head = alone.split("<body", 1)[1].split("</div>", 1)[0]
    assert "As 118 Leeds Arcade, to Somebody without a name" in head, (
        "without script the frame tells it itself"
    )
    text = as_approver.get(f"{frame}?view=text&recipient=nameless").content.decode()
    assert "<table" not in text and "Hello neighbour" in text and "Alex" not in text
    assert "kilobytes" not in html and "KB" in as_approver.get(f"{frame}?part=facts").content.decode()


def test_changes_are_told_against_the_template(as_approver: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        revision = make_revision(
            cast.leeds,
            cast.leeds_manager,
            values=VALUES,
            changes={"subject": "{{ discount_percentage }} off, today only"},
        )
        [item] = submit(revisions=[revision.pk], actor=cast.leeds_manager)[0].items.all()
    page = as_approver.get(at(item) + "?part=changes").content.decode()
    assert "Against Version 1" in page
    short = as_approver.get(at(item)).content.decode()
    assert "Against Version 1" in short and "off, today only”" in short
    assert "<ins>" in page and "today" in page and "<del>" in page


def test_changes_are_told_since_it_was_sent_back(as_approver: Client, cast: Cast) -> None:
    first = waiting(cast)
    with brand_scope([cast.acme.pk]):
        decide(items=[first.pk], decision=Decision.CHANGES_REQUESTED, actor=cast.manager, comment="Shorter")
        revision = make_revision(
            cast.leeds,
            cast.leeds_manager,
            owner_id=first.owner_id,
            number=2,
            values=VALUES,
            sender=SENDER,
            changes={"preheader": "Only today"},
        )
        [again] = submit(revisions=[revision.pk], actor=cast.leeds_manager)[0].items.all()
    page = as_approver.get(at(again) + "?part=changes").content.decode()
    assert "Since Maya Okafor sent it back" in page and "Preheader" in page
    assert page.index("Since Maya Okafor") < page.index("Against Version 1")
    assert "Shorter" in page
    mine = sign_in(Client(), cast.manager).get(at(again)).content.decode()
    assert "Since your comment on" in mine and "Shorter" in mine


def test_checks_are_told(as_approver: Client, cast: Cast) -> None:
    item = waiting(cast)
    assert "All checks pass" in as_approver.get(at(item) + "?part=checks").content.decode()


def test_approving_leads_to_the_next_and_offers_to_revoke(as_approver: Client, cast: Cast) -> None:
    first, second = waiting(cast), waiting(cast)
    response = decide_on(as_approver, first, "approved")
    assert response.status_code == 302 and response.url == at(second)
    page = as_approver.get(at(second)).content.decode()
    assert f'<a href="{at(first, "revoke/")}">Revoke</a>' in page
    assert decide_on(as_approver, second, "approved").url == "/b/acme/approvals/"
    with brand_scope([cast.acme.pk]):
        assert Approval.objects.count() == 2


@pytest.mark.parametrize("decision", ["rejected", "changes_requested"])
def test_against_it_needs_a_comment(as_approver: Client, cast: Cast, decision: str) -> None:
    item = waiting(cast)
    response = decide_on(as_approver, item, decision)
    assert response.status_code == 422 and "Say what should change" in response.content.decode()
    assert decide_on(as_approver, item, decision, "Too loud").status_code == 302
    item.refresh_from_db()
    assert item.state == decision


def test_a_stale_digest_decides_nothing(as_approver: Client, cast: Cast) -> None:
    item = waiting(cast)
    response = as_approver.post(at(item), {"decision": "approved", "digest": "0" * 64})
    assert response.status_code == 409 and "no longer what waits" in response.content.decode()
    item.refresh_from_db()
    assert item.is_open


def test_a_get_decides_nothing(as_approver: Client, cast: Cast) -> None:
    """Rule A1."""
    item = waiting(cast)
    as_approver.get(at(item), {"decision": "approved", "digest": item.digest})
    as_approver.head(at(item), {"decision": "approved", "digest": item.digest})
    item.refresh_from_db()
    assert item.is_open


def test_who_submitted_reads_why_they_cannot_decide(client: Client, cast: Cast) -> None:
    item = waiting(cast, by=cast.manager)
    page = sign_in(client, cast.manager).get(at(item)).content.decode()
    assert "You submitted this yourself" in page and "Waits for Priya Raman" in page
    assert 'value="approved"' not in page and "Recall" in page


def test_a_store_manager_reads_but_does_not_decide(client: Client, cast: Cast) -> None:
    item = waiting(cast, by=cast.north_manager)
    page = sign_in(client, cast.leeds_manager).get(at(item)).content.decode()
    assert "You may look at this, but not decide it" in page and "Maya Okafor or Priya Raman" in page
    assert client.post(at(item), {"decision": "approved"}).status_code == 403
    item.refresh_from_db()
    assert item.is_open and item.digest not in page, "what only a page with the choice holds"


def test_a_right_lost_between_page_and_click(as_approver: Client, cast: Cast) -> None:
    """Rules A6, L5: the next request is refused."""
    item = waiting(cast)
    assert as_approver.get(at(item)).status_code == 200
    with brand_scope([cast.acme.pk]):
        revoke_membership(membership=Membership.objects.get(user=cast.approver), actor=None)
    assert decide_on(as_approver, item, "approved").status_code == 404
    item.refresh_from_db()
    assert item.is_open


@pytest.mark.parametrize("who", ["stranger", "leeds_manager"])
def test_what_one_may_not_see_is_not_there(client: Client, cast: Cast, who: str) -> None:
    item = waiting(cast, location=cast.york, by=cast.north_manager)
    sign_in(client, getattr(cast, who))
    for name in ("", "mail/", "revoke/", "recall/"):
        assert client.get(at(item, name)).status_code == 404
        assert client.post(at(item, name), {}).status_code in {404, 405}


def test_an_item_that_moved_leads_to_where_it_is(as_approver: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        revisions = make_revisions([cast.leeds, cast.york], cast.north_manager, values=VALUES)
        [submission] = submit(revisions=[one.pk for one in revisions], actor=cast.north_manager)
        one, two = submission.items.order_by("pk")
        decide(items=[one.pk], decision=Decision.APPROVED, actor=cast.manager)
        moved = SubmissionItem.objects.waiting().get()
    assert as_approver.get(at(two)).url == at(moved)  # type: ignore[attr-defined]


def test_revoking_asks_first(as_approver: Client, cast: Cast) -> None:
    item = waiting(cast)
    decide_on(as_approver, item, "approved")
    assert "Revoke the approval" in as_approver.get(at(item)).content.decode()
    assert "Revoke this approval?" in as_approver.get(at(item, "revoke/")).content.decode()
    item.refresh_from_db()
    assert item.state == "approved"
    assert as_approver.post(at(item, "revoke/"), {"comment": "Wrong"}).status_code == 302
    item.refresh_from_db()
    assert item.state == "revoked"
    again = as_approver.post(at(item, "revoke/"), {})
    assert again.status_code == 409 and "No approval" in again.content.decode()


def test_recalling_is_for_who_submitted(client: Client, cast: Cast) -> None:
    item = waiting(cast)
    assert sign_in(client, cast.north_manager).post(at(item, "recall/"), {}).status_code == 403
    assert sign_in(client, cast.leeds_manager).post(at(item, "recall/"), {}).status_code == 302
    item.refresh_from_db()
    assert item.state == "recalled"
    with brand_scope([cast.acme.pk]):
        assert Submission.objects.get().state == "recalled"


def test_what_an_approval_does_now_stands_on_its_button(as_approver: Client, cast: Cast) -> None:
    """Two of the first stage, then Legal: a vote, then passed on, then done; each with its own words."""
    item = waiting(cast)
    two = [{"key": "a", "name": "Brand check", "rule": "count", "count": 2}, {"key": "b", "name": "Legal"}]
    with pgtrigger.ignore("approvals.Submission:submission_is_what_it_was"), brand_scope([cast.acme.pk]):
        Submission.objects.filter(pk=item.submission_id).update(stages=two)
    page = as_approver.get(at(item)).content.decode()
    assert "1 of 2: Brand check" in page and "Next: Legal" in page
    assert "1 more approval is needed after yours." in page and "Approve and pass to" not in page
    assert decide_on(as_approver, item, "approved").status_code == 302
    page = as_approver.get(at(item)).content.decode()
    assert "Your approval counts, more are needed" in page and "Approved so far by Priya Raman." in page
    assert "You have approved this already." in page and 'value="approved"' not in page
    manager = sign_in(Client(), cast.manager)
    assert "Approve and pass to Legal" in manager.get(at(item)).content.decode()
    answer = decide_on(manager, item, "approved")
    assert "Approved and passed on to Legal" in manager.get(answer.url).content.decode()
    page = as_approver.get(at(item)).content.decode()
    assert "2 of 2: Legal" in page and "Approve and pass to" not in page and "Next:" not in page
