"""Views of lists: kept, opened first, changed, shared with a role, removed and brought back."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.test import Client

from storesync.accounts.models import User
from storesync.core import saved_views
from storesync.core.errors import ActionRefused
from storesync.core.models import DefaultView, SavedView
from storesync.core.saved_views import (
    MOST,
    change_view,
    open_with,
    remove_view,
    restore_view,
    save_view,
)
from storesync.core.scoping import brand_scope
from tests.conftest import Cast
from tests.factories import LocationFactory

LIST = "campaigns:campaigns"
URL = "/b/acme/campaigns/"
ALONE = {"shared_with": "only-me"}


def keep(cast: Cast, name: str = "Drafts", by: User | None = None, **parts: Any) -> SavedView:
    query = parts.pop("query", "status=draft")
    return save_view(
        brand_id=cast.acme.pk,
        actor=by or cast.manager,
        list_name=LIST,
        page_name=LIST,
        name=name,
        query=QueryDict(query),
        **parts,
    )


def signed_in(client: Client, who: User) -> Client:
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_view_is_kept_opened_changed_removed_and_brought_back(cast: Cast, as_manager: Client) -> None:
    sent = {"page": LIST, "query": "status=draft&q=&page=x&sort=name", "name": "  My  drafts "}
    saved = as_manager.post("/b/acme/views/new/", sent)
    with brand_scope([cast.acme.pk]):
        view = SavedView.objects.get()
    assert (view.name, view.query, view.person) == ("My drafts", "sort=name&status=draft", cast.manager)
    assert saved.url == f"{URL}?sort=name&status=draft&view={view.pk}"

    page = as_manager.get(saved.url).content.decode()
    assert "“My drafts” is kept." in page and 'aria-current="page">My drafts' in page
    assert "show this" not in page, "it shows what it keeps"
    changed = as_manager.get(f"{URL}?status=active&view={view.pk}").content.decode()
    assert "Let “My drafts” show this" in changed

    update = {"page": LIST, "query": "status=active"}
    assert as_manager.post(f"/b/acme/views/{view.pk}/update/", update).status_code == 302
    renamed = as_manager.post(f"/b/acme/views/{view.pk}/", {"name": "Running", "default": "on"} | ALONE)
    assert renamed.url == f"{URL}?status=active&view={view.pk}"

    removed = as_manager.post(f"/b/acme/views/{view.pk}/remove/", follow=True).content.decode()
    assert f"/b/acme/views/{view.pk}/restore/" in removed and "Running</a>" not in removed
    back = as_manager.post(f"/b/acme/views/{view.pk}/restore/")
    assert back.url == f"{URL}?status=active&view={view.pk}"
    with brand_scope([cast.acme.pk]):
        view.refresh_from_db()
        assert (view.name, view.removed_at) == ("Running", None)
        assert DefaultView.objects.get().view == view, "it opens first again"


def test_a_list_opens_with_its_default_and_everything_stays_one_click_away(
    cast: Cast, as_manager: Client
) -> None:
    with brand_scope([cast.acme.pk]):
        keep(cast, "First", default=True)
        view = keep(cast, "Second", default=True)
        assert DefaultView.objects.get().view == view, "one at most"
    opened = as_manager.get(URL)
    assert opened.status_code == 302 and opened.url == f"{URL}?status=draft&view={view.pk}"
    shown = as_manager.get(opened.url).content.decode()
    assert f'href="{URL}?view=all"' in shown
    assert as_manager.get(f"{URL}?view=all").status_code == 200
    assert as_manager.get(f"{URL}?status=active").status_code == 200
    assert as_manager.get(URL, headers={"HX-Request": "true"}).status_code == 200


def test_the_tabs_count_what_they_lead_to_after_the_page(cast: Cast, as_manager: Client) -> None:
    with brand_scope([cast.acme.pk]):
        save_view(
            brand_id=cast.acme.pk,
            actor=cast.manager,
            list_name="approvals:queue",
            page_name="approvals:waiting",
            name="Of Leeds",
            query=QueryDict("q=Leeds"),
        )
    page = as_manager.get("/b/acme/approvals/").content.decode()
    assert 'hx-trigger="load"' in page and "part=views" in page
    tabs = as_manager.get("/b/acme/approvals/?part=views").context["views"]
    assert [(tab["label"], tab["count"]) for tab in tabs][-1] == ("Of Leeds", 0)


def test_names_are_unique_whatever_their_case_and_views_are_not_without_end(
    cast: Cast, as_manager: Client
) -> None:
    with brand_scope([cast.acme.pk]):
        view = keep(cast)
        with pytest.raises(ActionRefused, match="already"):
            keep(cast, "DRAFTS")
        with pytest.raises(ActionRefused, match="too long"):
            change_view(view=view, actor=cast.manager, query=QueryDict("q=" + "x" * 3000))
        keep(cast, by=cast.approver)
        remove_view(view=view, actor=cast.manager)
        keep(cast, "drafts")
        with pytest.raises(ActionRefused, match="already"):
            restore_view(view=view, actor=cast.manager)
        with pytest.raises(ActionRefused, match="name"):
            keep(cast, "  ")
        with pytest.raises(ActionRefused, match="too long"):
            keep(cast, "Long", query="q=" + "x" * 3000)
        for number in range(MOST - 1):
            keep(cast, f"View {number}")
        with pytest.raises(ActionRefused, match=str(MOST)):
            keep(cast, "One more")
    sent = {"page": LIST, "query": "status=draft", "name": "drafts"}
    refused = as_manager.post("/b/acme/views/new/", sent)
    assert refused.status_code == 409 and 'value="drafts"' in refused.content.decode()
    assert as_manager.post("/b/acme/views/new/", sent | {"name": ""}).status_code == 422


def test_nobody_reaches_another_person_s_view(cast: Cast, as_manager: Client) -> None:
    with brand_scope([cast.acme.pk]):
        theirs = keep(cast, by=cast.approver)
        for act in (change_view, remove_view, restore_view):
            with pytest.raises(PermissionDenied):
                act(view=theirs, actor=cast.manager)
    for part in ("", "update/", "remove/", "restore/"):
        assert as_manager.post(f"/b/acme/views/{theirs.pk}/{part}", {"name": "Mine"}).status_code == 404
    assert "Drafts</a>" not in as_manager.get(f"{URL}?view={theirs.pk}").content.decode()


def test_a_brand_manager_shares_a_view_with_a_role(cast: Cast, as_manager: Client) -> None:
    """Those with the role have it, say who shared it, and may open with it; only managers change it."""
    with brand_scope([cast.acme.pk]):
        view = keep(cast, "Drafts of all")
        theirs = keep(cast, "Mine", by=cast.leeds_manager)
    change = {"name": "Drafts of all", "shared_with": "location_manager"}
    assert as_manager.post(f"/b/acme/views/{view.pk}/", change).status_code == 302
    assert (
        "Shared by you with the role Location Manager"
        in as_manager.get(f"{URL}?view={view.pk}").content.decode()
    )
    assert as_manager.post(f"/b/acme/views/{view.pk}/", change | {"shared_with": "king"}).status_code == 422

    client = signed_in(Client(), cast.viewer)
    assert "Drafts of all" not in client.get(URL).content.decode(), "another role"
    signed_in(client, cast.leeds_manager)
    page = client.get(f"{URL}?status=draft&view={view.pk}").content.decode()
    assert "Shared by Maya Okafor with the role Location Manager" in page
    assert f"/views/{view.pk}/default/" in page and f"/views/{view.pk}/update/" not in page
    assert [one["label"] for one in client.get(f"{URL}?view=all").context["views"]] == [
        "All",
        "Mine",
        view.name,
    ]
    assert client.post(f"/b/acme/views/{view.pk}/default/", {"opens": "1"}).status_code == 302
    assert client.get(URL).url == f"{URL}?status=draft&view={view.pk}"
    assert as_manager.get(URL).status_code == 200, "each opens their own list"
    for part in ("", "update/", "remove/"):
        assert client.post(f"/b/acme/views/{view.pk}/{part}", change).status_code == 404
    assert "shared_with" not in client.get(f"/b/acme/views/{theirs.pk}/").content.decode()
    with brand_scope([cast.acme.pk]), pytest.raises(PermissionDenied):
        change_view(view=theirs, actor=cast.leeds_manager, shared_with="clerk")

    assert as_manager.post(f"/b/acme/views/{view.pk}/remove/").status_code == 302
    assert client.get(URL).status_code == 200, "gone for all"
    assert as_manager.post(f"/b/acme/views/{view.pk}/restore/").status_code == 302
    assert client.get(URL).url == f"{URL}?status=draft&view={view.pk}", "and back for all"
    assert client.post(f"/b/acme/views/{view.pk}/default/", {}).status_code == 302
    assert client.get(URL).status_code == 200
    with brand_scope([cast.acme.pk]):
        assert SavedView.objects.get(pk=view.pk).shared_with == "location_manager"
    assert as_manager.post(f"/b/acme/views/{view.pk}/", change | ALONE).status_code == 302
    with brand_scope([cast.acme.pk]), pytest.raises(PermissionDenied):
        open_with(view=view, actor=cast.leeds_manager, default=True)


def test_filters_of_a_view_that_mean_nothing_any_more_are_said(cast: Cast, as_manager: Client) -> None:
    with brand_scope([cast.acme.pk]):
        view = keep(cast, query="status=of-old&region=7&sort=nothing&size=x&rollout=%00")
    page = as_manager.get(view.get_absolute_url())
    assert page.status_code == 200 and "Some filters were left out" in page.content.decode()
    assert as_manager.get(f"{URL}?part=views").context["views"][-1]["count"] == 0


@pytest.mark.parametrize(
    "page", ["", "home", "jobs:job_list", "campaigns:campaign", "no:such", "admin:index"]
)
def test_only_lists_that_keep_views_are_kept(as_manager: Client, page: str) -> None:
    assert as_manager.post("/b/acme/views/new/", {"page": page, "name": "x"}).status_code == 404


def test_a_view_of_a_page_that_is_no_more_leads_to_its_list(cast: Cast, as_manager: Client) -> None:
    with brand_scope([cast.acme.pk]):
        view = keep(cast)
        SavedView.objects.update(page_name="campaigns:of-old")
    assert f"{URL}?status=draft&amp;view={view.pk}" in as_manager.get(URL).content.decode()
    assert as_manager.get(f"{URL}?part=views").status_code == 200


def test_removed_views_are_forgotten_in_the_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with brand_scope([cast.acme.pk]):
        view = keep(cast)
        remove_view(view=view, actor=cast.manager)
        keep(cast, "Second")
        assert SavedView.objects.filter(pk=view.pk).exists()
        monkeypatch.setattr(saved_views, "KEPT", -saved_views.KEPT)
        keep(cast, "Third")
        assert not SavedView.objects.filter(pk=view.pk).exists()


def test_l1_what_all_that_match_means_is_swapped_with_the_rows(cast: Cast, as_manager: Client) -> None:
    """Rule L1: searched as one types, the bar would otherwise act on the filters of before."""
    with brand_scope([cast.acme.pk]):
        LocationFactory(brand=cast.acme)
    part = as_manager.get(f"{URL}?q=leeds", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="bulk-all" hx-swap-oob="true"' in " ".join(part.split())
    assert 'value="q=leeds"' in part
