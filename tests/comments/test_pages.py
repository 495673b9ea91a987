"""The pages of comments: for everybody by role, without script, and the parts that htmx asks for."""

from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from storesync.accounts.models import User
from storesync.approvals.actions import submit
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.models import LocationCampaign
from storesync.comments.actions import reply, resolve, strike_out
from storesync.comments.models import Comment, Thread
from storesync.comments.queries import place_marks
from tests.comments.conftest import KIND, Say
from tests.conftest import Cast

HTMX = {"HX-Request": "true"}
HOSTILE = '<img src=x onerror=alert(1)>"\'{{ 7|add:7 }}{% now "Y" %}'


def window(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def owner_url(campaign: LocationCampaign) -> str:
    return reverse("comments:owner", args=["acme", KIND, campaign.pk])


def url(name: str, pk: UUID) -> str:
    return reverse(f"comments:{name}", args=["acme", pk])


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize("who", ["manager", "approver", "leeds_manager", "north_manager", "admin"])
def test_who_may_comment_has_a_form(in_acme: Cast, campaign: LocationCampaign, say: Say, who: str) -> None:
    say()
    page = text(window(getattr(in_acme, who)).get(owner_url(campaign)))
    assert "Please name the weekday." in page and 'name="body"' in page and "Resolve" in page
    assert f"{getattr(in_acme, who).name}</option>" not in page, "nobody tells themselves"
    assert page.count("Carl Clerk</option>") == 1


@pytest.mark.parametrize("who", ["clerk", "viewer"])
def test_who_only_looks_reads(in_acme: Cast, campaign: LocationCampaign, say: Say, who: str) -> None:
    thread = say().thread
    client = window(getattr(in_acme, who))
    page = text(client.get(owner_url(campaign)))
    assert "Please name the weekday." in page and "Your role reads comments" in page
    assert 'name="body"' not in page and "/resolve/" not in page
    for address, data in (
        (owner_url(campaign), {"body": "x", "place": ""}),
        (url("thread", thread.pk), {"body": "x"}),
        (url("thread_resolve", thread.pk), {}),
        (url("thread_reopen", thread.pk), {}),
    ):
        assert client.post(address, data).status_code == 403
    assert Comment.objects.count() == 1 and Thread.objects.get().is_open


def test_the_comments_of_another_brand_are_not_there(in_acme: Cast, in_other: LocationCampaign) -> None:
    client = window(in_acme.manager)
    assert client.get(owner_url(in_other)).status_code == 404
    assert client.post(owner_url(in_other), {"body": "x"}).status_code == 404


def test_a_thread_without_script(in_acme: Cast, campaign: LocationCampaign) -> None:
    """Begin, answer, resolve, reopen, edit, strike out: forms and redirects alone."""
    jonas = window(in_acme.leeds_manager)
    sent = jonas.post(
        owner_url(campaign),
        {"place": "subject", "body": "Too long?", "mentions": [in_acme.manager.pk], "show": "open"},
    )
    thread = Thread.objects.get()
    assert sent.status_code == 302 and sent["Location"].endswith(f"#thread-{thread.pk}")
    assert [one.person for one in thread.comments.get().mentions.all()] == [in_acme.manager]
    maya = window(in_acme.manager)
    assert "Your answer" in text(maya.get(url("thread", thread.pk)))
    assert maya.post(url("thread", thread.pk), {"body": "Fine."}).status_code == 302
    assert maya.post(url("thread_resolve", thread.pk)).status_code == 302
    page = text(maya.get(owner_url(campaign)))
    assert "Nothing is open here." in page
    assert "Resolved by Maya Okafor" in text(maya.get(owner_url(campaign) + "?show=resolved"))
    assert jonas.post(url("thread_reopen", thread.pk)).status_code == 302
    assert "Opened again by Jonas Lind" in text(jonas.get(owner_url(campaign)))
    mine = thread.comments.first()
    assert "Too long?" in text(jonas.get(url("comment_edit", mine.pk)))
    assert jonas.post(url("comment_edit", mine.pk), {"body": "Too short?"}).status_code == 302
    page = text(jonas.get(owner_url(campaign)))
    assert "Too short?" in page and "edited" in page
    assert jonas.post(url("comment_strike", mine.pk)).status_code == 302
    page = text(jonas.get(owner_url(campaign)))
    assert "This comment is struck out." in page and "Too short?" not in page


def test_back_to_the_page_that_the_panel_stands_on(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = window(in_acme.manager)
    back = f"/b/acme/campaigns/{campaign.pk}/"
    sent = client.post(owner_url(campaign), {"body": "One.", "back": back})
    thread = Thread.objects.get()
    assert sent["Location"] == f"{back}#thread-{thread.pk}"
    for elsewhere in (
        "https://evil.example/",
        "//evil.example/b/acme/",
        "/b/acme/../../x/",
        "/b/other-ware/",
    ):
        sent = client.post(owner_url(campaign), {"body": "Two.", "back": elsewhere})
        assert sent["Location"].startswith("/b/acme/comments/of/"), elsewhere


def test_bad_input_keeps_what_was_typed(in_acme: Cast, campaign: LocationCampaign, say: Say) -> None:
    client = window(in_acme.manager)
    page = client.post(owner_url(campaign), {"place": "hello.text", "body": "x" * 2001})
    assert page.status_code == 422 and "x" * 2001 in text(page)
    assert client.post(owner_url(campaign), {"place": "no.such", "body": "words"}).status_code == 422
    thread = say().thread
    page = client.post(url("thread", thread.pk), {"body": "  "})
    assert page.status_code == 422
    assert Comment.objects.count() == 1


def test_htmx_gets_the_panel_alone(in_acme: Cast, campaign: LocationCampaign, say: Say) -> None:
    thread = say().thread
    client = window(in_acme.manager)
    part = client.get(owner_url(campaign), headers=HTMX)
    assert "<html" not in text(part) and f"thread-{thread.pk}" in text(part)
    part = client.get(url("thread", thread.pk) + "?show=open", headers=HTMX)
    assert "Your answer" in text(part) and "<html" not in text(part)
    part = client.post(url("thread", thread.pk), {"body": "Yes.", "show": "open"}, headers=HTMX)
    assert part.status_code == 200 and "Yes." in text(part)
    assert "Answer added." in part["HX-Trigger"]
    part = client.post(url("thread_resolve", thread.pk), {"show": "open", "at": "hello.text"}, headers=HTMX)
    assert "Nothing is open here." in text(part)
    assert 'hx-swap-oob="true"' in text(part) and "1 resolved" in text(part), "the mark of the place follows"


def test_two_people_resolve_at_once(in_acme: Cast, say: Say) -> None:
    thread = say().thread
    resolve(thread=thread, actor=in_acme.approver)
    sent = window(in_acme.manager).post(url("thread_resolve", thread.pk), follow=True)
    assert "Priya Raman has resolved this thread already." in text(sent)
    assert Thread.objects.get().resolved_by == in_acme.approver


def test_hostile_words_are_shown_as_they_are(in_acme: Cast, campaign: LocationCampaign, say: Say) -> None:
    say(HOSTILE + " @Maya Okafor")
    page = text(window(in_acme.manager).get(owner_url(campaign)))
    assert escape(HOSTILE) in page and "<img src=x" not in page
    assert '<b class="mention">@Maya Okafor</b>' in page


def test_only_the_author_opens_the_form_of_a_comment(in_acme: Cast, say: Say) -> None:
    comment = say()
    for person in (in_acme.manager, in_acme.admin):
        client = window(person)
        assert client.get(url("comment_edit", comment.pk)).status_code == 404
        assert client.post(url("comment_edit", comment.pk), {"body": "x"}).status_code == 404
        assert client.post(url("comment_strike", comment.pk)).status_code == 404


def test_striking_out_what_is_struck_out_says_so(in_acme: Cast, say: Say) -> None:
    comment = say()
    strike_out(comment=comment, actor=in_acme.leeds_manager)
    sent = window(in_acme.leeds_manager).post(url("comment_strike", comment.pk))
    assert sent.status_code == 409 and "struck out" in text(sent)


def test_one_place(in_acme: Cast, campaign: LocationCampaign, say: Say) -> None:
    say("About the text.")
    say("About the subject.", place="subject")
    page = text(window(in_acme.manager).get(owner_url(campaign) + "?place=hello.text&show=all"))
    assert "About the text." in page and "About the subject." not in page
    assert '<input type="hidden" name="place" value="hello.text"' in page
    gone = text(window(in_acme.manager).get(owner_url(campaign) + "?place=gone.text&show=all"))
    assert "Nobody has commented here yet." in gone


def test_marks_of_places_cost_one_query(
    in_acme: Cast, campaign: LocationCampaign, say: Say, django_assert_num_queries: object
) -> None:
    first = say().thread
    say()
    reply(thread=first, body="x", actor=in_acme.manager)
    resolve(thread=first, actor=in_acme.manager)
    with django_assert_num_queries(1):  # type: ignore[operator]
        marks = place_marks("acme", KIND, campaign.pk)
        mark = marks.at("hello.text")
        empty = marks.at("subject")
    assert (mark.open, mark.resolved, len(mark.threads)) == (1, 1, 2)
    assert (empty.total, empty.anchor) == (0, "place-subject")
    assert (marks.counts.open, marks.counts.total) == (1, 2)


def test_a_panel_costs_the_same_for_many_threads_as_for_one(
    in_acme: Cast, campaign: LocationCampaign, say: Say
) -> None:
    client = window(in_acme.manager)
    say("@Priya Raman")
    client.get(owner_url(campaign))
    with CaptureQueriesContext(connection) as few:
        client.get(owner_url(campaign))
    for number in range(12):
        thread = say(f"@Priya Raman {number}").thread
        reply(thread=thread, body="@Jonas Lind yes", actor=in_acme.manager)
        if number % 3 == 0:
            resolve(thread=thread, actor=in_acme.manager)
    with CaptureQueriesContext(connection) as many:
        client.get(owner_url(campaign) + "?show=all")
    assert len(many) == len(few) <= 25


def test_older_threads_are_a_link_away(
    in_acme: Cast, campaign: LocationCampaign, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storesync.comments.panel.AT_ONCE", 2)
    first = say("The first.").thread
    say("The second.")
    say("The third.")
    client = window(in_acme.manager)
    page = text(client.get(owner_url(campaign)))
    assert "The third." in page and "The first." not in page and "Older threads" in page
    page = text(client.get(f"{owner_url(campaign)}?show=all&begin={first.pk}"))
    assert "The first." in page and "The second." not in page


def test_the_tab_of_a_campaign(in_acme: Cast, campaign: LocationCampaign, say: Say) -> None:
    say()
    client = window(in_acme.manager)
    tab = reverse("campaigns:campaign_comments", args=["acme", campaign.pk])
    page = text(client.get(tab))
    assert "Please name the weekday." in page and f'name="back" value="{tab}"' in page
    overview = client.get(reverse("campaigns:campaign", args=["acme", campaign.pk]))
    assert [one["count"] for one in overview.context["tabs"] if one["label"] == "Comments"] == [1]


def test_a_reviewer_comments_at_the_place_of_a_change(
    in_acme: Cast, campaign: LocationCampaign, say: Say
) -> None:
    edit_campaign(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        version=campaign.version,
        edits={"hello": {"text": "We open at nine."}},
    )
    revision = LocationCampaign.objects.get().current_revision
    (item,) = submit(revisions=[revision.pk], actor=in_acme.leeds_manager)[0].items.all()
    say("Is that so?")
    client = window(in_acme.approver)
    page = text(client.get(item.get_absolute_url() + "?part=changes"))
    assert page.count('id="place-hello--text"') == 1 and "1 open comment" in page
    page = text(client.get(item.get_absolute_url() + "?part=comments"))
    assert "Is that so?" in page
    back = f"{item.get_absolute_url()}?part=comments"
    assert f'name="back" value="{back}"' in page
    sent = client.post(owner_url(campaign), {"place": "hello.text", "body": "Half past.", "back": back})
    assert sent["Location"].startswith(f"{back}#thread-")
    assert Thread.objects.get(comments__body="Half past.").revision_number == 2


def test_open_comments_are_told_before_handing_in_and_do_not_block(
    in_acme: Cast, campaign: LocationCampaign, say: Say
) -> None:
    say()
    resolve(thread=say().thread, actor=in_acme.manager)
    client = window(in_acme.leeds_manager)
    address = reverse("approvals:submit", args=["acme"])
    page = text(client.post(address, {"campaign": campaign.pk}))
    assert "1 comment is still open." in page and "1 open comment</a>" in page
    client.post(address, {"campaign": campaign.pk, "confirmed": "1"})
    assert LocationCampaign.objects.get().status == "pending_review"
