"""Handing in from a page: the check with its reasons, then the deed."""

from django.test import Client

from storesync.accounts.models import User
from storesync.approvals.actions import submit
from storesync.approvals.models import Submission
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import KIND, make_revision, make_revisions
from tests.conftest import Cast

SUBMIT = "/b/acme/approvals/submit/"


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_check_names_what_can_and_what_cannot(client: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        good, waiting = make_revisions([cast.leeds, cast.york], cast.north_manager)
        bad = make_revision(cast.leeds, None, values={})
        submit(revisions=[waiting.pk], actor=cast.north_manager)
    ids = [str(one.owner_id) for one in (good, waiting, bad)]
    sign_in(client, cast.north_manager)
    asked = client.post(SUBMIT, {"kind": KIND, "select": ids})
    page = asked.content.decode()
    assert "1 can be submitted, 2 cannot" in page
    assert "in review already" in page and "Discount is missing" in page
    done = client.post(
        SUBMIT, {"kind": KIND, "campaigns": asked.context["ids"], "note": "Go", "confirmed": "1"}
    )
    with brand_scope([cast.acme.pk]):
        submission = Submission.objects.get(note="Go")
        assert [item.revision_id for item in submission.items.all()] == [good.pk]
    assert done.url == f"/b/acme/approvals/submissions/{submission.pk}/"


def test_one_campaign_goes_in_one_click_and_the_rest_is_told(client: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        revision = make_revision(cast.leeds, cast.leeds_manager)
        newer = make_revision(cast.leeds, cast.leeds_manager, owner_id=revision.owner_id, number=2)
    sent = {"kind": KIND, "campaign": str(revision.owner_id), "confirmed": "1"}
    assert sign_in(client, cast.leeds_manager).post(SUBMIT, sent).status_code == 302
    with brand_scope([cast.acme.pk]):
        assert Submission.objects.get().items.get().revision_id == newer.pk
    again = client.post(SUBMIT, sent)
    assert again.status_code == 409 and "in review already" in again.content.decode()


def test_what_one_may_not_see_is_not_named(client: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        york = make_revision(cast.york, None)
    with brand_scope([cast.other.pk]):
        foreign = make_revision(cast.elsewhere, None)
    sent = {"kind": KIND, "select": [str(york.owner_id), str(foreign.owner_id)], "confirmed": "1"}
    response = sign_in(client, cast.leeds_manager).post(SUBMIT, sent)
    assert response.status_code == 302 and response.url == "/b/acme/approvals/submitted/"
    with brand_scope([cast.acme.pk, cast.other.pk]):
        assert not Submission.objects.exists()


def test_who_edits_nothing_submits_nothing(client: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        revision = make_revision(cast.leeds, None)
    sent = {"kind": KIND, "campaign": str(revision.owner_id), "confirmed": "1"}
    for who in ("approver", "viewer", "clerk"):
        assert sign_in(client, getattr(cast, who)).post(SUBMIT, sent).status_code == 403
    assert sign_in(client, cast.manager).get(SUBMIT).status_code == 405
