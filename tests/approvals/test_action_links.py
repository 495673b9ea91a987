"""Action links (Rules A1, A2, fault 32): what they decide, and everything that they must not."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pghistory.models import Event

from storesync.accounts.models import User
from storesync.approvals.actions import decide, hand_over, recall, submit
from storesync.approvals.actions.link import make_links
from storesync.approvals.digest.entries import entries_of
from storesync.approvals.models import ActionLink, ApprovalStep, Decision, Purpose, SubmissionItem, digest_of
from storesync.approvals.stages import Stage
from storesync.brands.actions.membership import grant_membership, revoke_membership
from storesync.brands.models import Membership
from storesync.brands.rights import Role
from tests.approvals.conftest import make_revision
from tests.approvals.making import APPROVERS, handed_in, items_of, make_policy
from tests.conftest import Cast
from tests.factories import UserFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"


def mailed(person: User) -> dict[Purpose, str]:
    """The paths of the links in a mail to a person about the one thing that waits for them."""
    found = entries_of(SubmissionItem.objects.decidable_by(person), person, limit=20)
    [urls] = make_links(person=person, entries=found.entries).values()
    return {purpose: url.removeprefix(settings.BASE_URL) for purpose, url in urls.items()}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def urls(in_acme: Cast) -> dict[Purpose, str]:
    """What leeds handed in, mailed to the approver."""
    handed_in(in_acme)
    return mailed(in_acme.approver)


def page_of(client: Client, url: str) -> str:
    """Where a link leads."""
    return client.get(url).headers["Location"]


def post(client: Client, url: str, comment: str = "") -> Any:
    return client.post(page_of(client, url), {"comment": comment})


def test_one_click_approves_exactly_what_was_mailed(cast: Cast, urls: dict[Purpose, str]) -> None:
    client = signed_in(cast.approver)
    page = client.get(urls[Purpose.APPROVE], follow=True)
    assert "20% off at Leeds Arcade" in words(page) and "as its template has it" in words(page)
    [form] = re.findall(r'<form method="post" id="decide".*?</form>', words(page))
    assert form.count("<button") == 1 and "formaction" not in words(page)
    response = post(client, urls[Purpose.APPROVE], "Fine")
    assert response.status_code == 302 and response.headers["Location"] == "/b/acme/approvals/"
    step = ApprovalStep.objects.get(decision="approved")
    assert (step.person, step.way, step.comment) == (cast.approver, "email_link", "Fine")
    assert "Revoke" in words(client.get("/b/acme/approvals/"))


def test_changes_need_a_comment(cast: Cast, urls: dict[Purpose, str]) -> None:
    client = signed_in(cast.approver)
    assert post(client, urls[Purpose.CHANGES]).status_code == 422
    assert not ApprovalStep.objects.filter(decision="changes_requested").exists()
    assert post(client, urls[Purpose.CHANGES], "Name the day.").status_code == 302
    assert ApprovalStep.objects.get(decision="changes_requested").comment == "Name the day."


def test_the_link_that_opens_decides_nothing(cast: Cast, urls: dict[Purpose, str]) -> None:
    client = signed_in(cast.approver)
    page = page_of(client, urls[Purpose.OPEN])
    item = SubmissionItem.objects.get()
    assert client.get(page).headers["Location"] == item.get_absolute_url()
    assert client.post(page, {}).status_code == 409
    assert SubmissionItem.objects.get().is_open


def test_reading_a_thousand_times_changes_nothing(cast: Cast, urls: dict[Purpose, str]) -> None:
    """Fault 32: not one write, but for the session of who is signed in, whatever reads it and however."""
    readers = [Client(), signed_in(cast.approver), signed_in(cast.manager)]
    pages = {page_of(readers[0], url) for url in urls.values()}
    with CaptureQueriesContext(
        connection,
    ) as seen:
        for number in range(1002):
            client = readers[number % 3]
            method = (client.get, client.head, client.options)[number // 3 % 3]
            for path in (*urls.values(), *pages) if number < 90 else (list(urls.values())[number % 3],):
                assert method(path).status_code < 404
    writes = [one["sql"] for one in seen if re.match(r"INSERT|UPDATE|DELETE", one["sql"])]
    assert [sql for sql in writes if "django_session" not in sql] == []
    assert SubmissionItem.objects.get().is_open and not ActionLink.objects.exclude(used_at=None).exists()


def test_a_visitor_signs_in_and_comes_back_by_an_address_without_the_token(
    cast: Cast, urls: dict[Purpose, str]
) -> None:
    client = Client()
    page = page_of(client, urls[Purpose.APPROVE])
    token = urls[Purpose.APPROVE].strip("/").split("/")[-1]
    response = client.get(page)
    assert response.status_code == 302 and response.headers["Location"].endswith(f"?next={page}")
    assert token not in page and client.post(page, {}).status_code == 302
    cast.approver.set_password("correct horse battery")
    cast.approver.save()
    back = client.post(
        response.headers["Location"], {"login": cast.approver.email, "password": "correct horse battery"}
    )
    assert back.headers["Location"] == page and client.get(page).status_code == 200


def test_the_form_needs_its_csrf_token(cast: Cast, urls: dict[Purpose, str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.approver, backend=BACKEND)
    assert post(strict, urls[Purpose.APPROVE]).status_code == 403
    assert SubmissionItem.objects.get().is_open


def test_forwarded_it_tells_and_does_nothing(cast: Cast, urls: dict[Purpose, str]) -> None:
    for person in (cast.manager, cast.admin, cast.viewer, cast.stranger):
        client = signed_in(person)
        page = client.get(urls[Purpose.APPROVE], follow=True)
        assert page.status_code == 403 and "sent to somebody else" in words(page)
        for secret in ("Leeds", "20%", "Acme" if person == cast.stranger else "Leeds"):
            assert secret not in words(page), "nothing of what it is about"
        assert post(client, urls[Purpose.APPROVE]).status_code == 403
    assert SubmissionItem.objects.get().is_open


def test_a_changed_token_is_nobodys(cast: Cast, urls: dict[Purpose, str]) -> None:
    client = signed_in(cast.approver)
    token = urls[Purpose.APPROVE].strip("/").split("/")[-1]
    changed = [token[:-1], f"{token}A", token.swapcase(), token[::-1], "A" * 43, f"{token}%00", f"{token}é"]
    changed += [
        f"{token[:n]}{one}{token[n + 1 :]}" for n in (0, 21, 42) for one in "Aa0-_" if one != token[n]
    ]
    changed += [ActionLink.objects.get(purpose="approve").token_hash]
    assert {client.get(f"/a/{one}/").status_code for one in changed} == {404}


def test_used_it_says_what_happened(cast: Cast, urls: dict[Purpose, str]) -> None:
    client = signed_in(cast.approver)
    post(client, urls[Purpose.APPROVE])
    again = client.get(urls[Purpose.APPROVE], follow=True)
    assert again.status_code == 410 and "Priya Raman approved this on" in words(again)
    assert SubmissionItem.objects.get().get_absolute_url() in words(again)
    assert post(client, urls[Purpose.APPROVE]).status_code == 410
    other = client.get(urls[Purpose.CHANGES], follow=True)
    assert other.status_code == 409 and "Priya Raman approved this on" in words(other)
    assert ApprovalStep.objects.filter(decision="approved").count() == 1


def test_expired_it_leads_to_what_still_waits(cast: Cast, urls: dict[Purpose, str]) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=settings.ACTION_LINK_DAYS, seconds=1)):
        client = signed_in(cast.approver)
        page = client.get(urls[Purpose.APPROVE], follow=True)
        assert page.status_code == 410 and "still waits for you" in words(page)
        assert SubmissionItem.objects.get().get_absolute_url() in words(page)
        assert post(client, urls[Purpose.APPROVE]).status_code == 410
    assert SubmissionItem.objects.get().is_open


def test_decided_by_somebody_else(cast: Cast, urls: dict[Purpose, str]) -> None:
    decide(items=[SubmissionItem.objects.get().pk], decision=Decision.APPROVED, actor=cast.manager)
    client = signed_in(cast.approver)
    page = client.get(urls[Purpose.APPROVE], follow=True)
    assert page.status_code == 409 and "Maya Okafor approved this on" in words(page)
    assert post(client, urls[Purpose.CHANGES], "No").status_code == 409


def test_recalled_and_handed_in_anew_it_leads_to_the_new_version(
    cast: Cast, urls: dict[Purpose, str]
) -> None:
    """Rule A3: a link to the old bytes never decides about the new ones."""
    item = SubmissionItem.objects.get()
    recall(items=[item.pk], actor=cast.north_manager)
    client = signed_in(cast.approver)
    assert "recalled this" in words(client.get(urls[Purpose.APPROVE], follow=True))
    newer = make_revision(
        cast.leeds,
        cast.north_manager,
        owner_id=item.owner_id,
        number=2,
        changes={"subject": "25% off at {{ location_name }}"},
    )
    [submission] = submit(revisions=[newer.pk], actor=cast.north_manager)
    page = client.get(urls[Purpose.APPROVE], follow=True)
    assert page.status_code == 409 and "handed in again" in words(page)
    [again] = items_of(submission.pk)
    assert again.get_absolute_url() in words(page)
    assert post(client, urls[Purpose.APPROVE]).status_code == 409
    assert items_of(submission.pk)[0].is_open


def test_handed_over_it_is_dead_even_when_it_comes_back(cast: Cast, urls: dict[Purpose, str]) -> None:
    item = SubmissionItem.objects.get()
    hand_over(items=[item.pk], to=cast.manager, actor=cast.approver)
    client = signed_in(cast.approver)
    page = client.get(urls[Purpose.APPROVE], follow=True)
    assert page.status_code == 409 and "handed this over to Maya Okafor" in words(page)
    hand_over(items=[item.pk], to=cast.approver, actor=cast.manager)
    assert post(client, urls[Purpose.APPROVE]).status_code == 409
    assert SubmissionItem.objects.decidable_by(cast.approver).exists()


def test_who_lost_the_right_decides_nothing(cast: Cast, urls: dict[Purpose, str]) -> None:
    """Rules A6, L5: at the next request."""
    client = signed_in(cast.approver)
    assert client.get(urls[Purpose.APPROVE], follow=True).status_code == 200
    membership = Membership.objects.get(user=cast.approver)
    revoke_membership(membership=membership, actor=cast.manager)
    page = client.get(urls[Purpose.APPROVE], follow=True)
    assert page.status_code == 403 and "no right there" in words(page) and "20%" not in words(page)
    assert post(client, urls[Purpose.APPROVE]).status_code == 403
    cast.approver.is_active = False
    cast.approver.save()
    assert client.get(urls[Purpose.APPROVE], follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    assert SubmissionItem.objects.get().is_open


def test_a_link_of_one_stage_decides_no_other(in_acme: Cast) -> None:
    make_policy(in_acme.acme, Stage(key="a", name="Brand"), Stage(key="b", name="Legal"))
    handed_in(in_acme)
    first, second = mailed(in_acme.approver), mailed(in_acme.approver)
    client = signed_in(in_acme.approver)
    post(client, first[Purpose.APPROVE])
    page = client.get(second[Purpose.APPROVE], follow=True)
    assert page.status_code == 409 and "at Legal now" in words(page)
    assert post(client, second[Purpose.APPROVE]).status_code == 409
    assert ApprovalStep.objects.filter(decision="approved").count() == 1
    assert post(client, mailed(in_acme.approver)[Purpose.APPROVE]).status_code == 302


def test_a_wave_is_one_link_and_a_part_decided_elsewhere_ends_it(in_acme: Cast) -> None:
    make_policy(in_acme.acme, Stage(name="Legal", people=APPROVERS))
    one, two = handed_in(in_acme, in_acme.leeds, in_acme.york)
    urls = mailed(in_acme.approver)
    client = signed_in(in_acme.approver)
    assert "Approve all 2" in words(client.get(urls[Purpose.APPROVE], follow=True))
    decide(items=[one.pk], decision=Decision.APPROVED, actor=in_acme.approver)
    page = client.get(urls[Purpose.APPROVE], follow=True)
    assert page.status_code == 409 and "1 campaign waits for you now" in words(page)
    assert post(client, mailed(in_acme.approver)[Purpose.APPROVE]).status_code == 302
    assert not SubmissionItem.objects.filter(state="waiting").exists()


def test_what_others_do_beside_it_leaves_a_link_alone(in_acme: Cast) -> None:
    """A part of the submission that goes on in a child is bound to the same bytes (Rule A2)."""
    local = UserFactory(name="Lena Local", email="lena@acme.example")
    grant_membership(brand=in_acme.acme, user=local, role=Role.APPROVER, locations=[in_acme.york], actor=None)
    one, _two = handed_in(in_acme, in_acme.leeds, in_acme.york)
    urls = mailed(local)
    decide(items=[one.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    assert post(signed_in(local), urls[Purpose.APPROVE]).status_code == 302
    assert not SubmissionItem.objects.filter(state="waiting").exists()


def test_only_a_digest_of_the_token_is_kept_and_the_database_makes_the_same_list_digest(
    cast: Cast, urls: dict[Purpose, str]
) -> None:
    link = ActionLink.objects.get(purpose="approve")
    token = urls[Purpose.APPROVE].strip("/").split("/")[-1]
    assert len(token) == 43 and token not in str(vars(link)) and len(link.token_hash) == 64
    assert link.digest == digest_of([SubmissionItem.objects.get().pin])


def test_the_pages_tell_nobody_where_one_came_from(cast: Cast, urls: dict[Purpose, str]) -> None:
    """The page with the form tells ourselves alone, or no browser could post; its address has no token."""
    client = signed_in(cast.approver)
    page = page_of(client, urls[Purpose.APPROVE])
    answers = [client.get(urls[Purpose.APPROVE]), client.get(page)]
    post(client, urls[Purpose.APPROVE])
    answers.append(client.get(page))
    told = [one.headers["Referrer-Policy"] for one in answers]
    assert told == ["no-referrer", "same-origin", "no-referrer"]
    for response in answers:
        assert (
            "no-store" in response.headers["Cache-Control"] and response.headers["X-Robots-Tag"] == "noindex"
        )


def test_tokens_are_in_no_log_history_or_error_page(
    cast: Cast,
    urls: dict[Purpose, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fault 37, with a canary: a forced 500, a wrong method, a missing page, and the decision itself."""
    token = urls[Purpose.APPROVE].strip("/").split("/")[-1]
    client = signed_in(cast.approver)
    client.raise_request_exception = False
    lines: list[str] = []
    handler = logging.getLogger().handlers
    console = next(one for one in handler if type(one.formatter).__name__ == "CleanFormatter")
    monkeypatch.setattr(console, "emit", lambda record: lines.append(console.format(record)))
    answers = [client.get(f"/a/{token}x/"), client.post(f"/a/{token}/", {})]
    with monkeypatch.context() as broken:
        broken.setattr("storesync.approvals.views.link.token_digest", lambda _token: 1 / 0)
        answers.append(client.get(f"/a/{token}/"))
    assert [one.status_code for one in answers] == [404, 405, 500]
    answers += [client.get(urls[Purpose.APPROVE], follow=True), post(client, urls[Purpose.APPROVE])]
    assert any("/a/[hidden]" in line for line in lines), "the lines were written"
    assert not [line for line in lines if token in line]
    assert not [one for one in answers[1:] if token in one.content.decode() + str(one.headers)]
    assert ApprovalStep.objects.filter(decision="approved").exists()
    with connection.cursor() as cursor:
        for model in (one for one in apps.get_models() if issubclass(one, Event)):
            cursor.execute(
                f"SELECT count(*) FROM {model._meta.db_table} e WHERE e::text LIKE %s",  # noqa: S608 - our own tables
                [f"%{token}%"],
            )
            assert cursor.fetchone() == (0,), model
