"""Every page of the demo, in light, dark and on a phone: nothing for axe, nothing sideways, a quiet console.

The addresses come from the resolver: a new one is looked at without anybody thinking of it, and one for which
there is no object here fails.
"""

from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import partial
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.http import QueryDict
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from storesync.accounts.models import User
from storesync.approvals.actions import choose_for_bulk, start_bulk_decision
from storesync.approvals.actions.evidence import run_evidence, start_evidence
from storesync.approvals.models import (
    ApprovalPolicy,
    BulkDecision,
    Decision,
    EvidenceTask,
    EvidenceWork,
    ReviewGroup,
    SubmissionItem,
)
from storesync.brands.actions.absence import add_absence
from storesync.brands.models import Absence, Brand, Location, Membership, Region, today_of
from storesync.campaigns.actions.clock import activate_due
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.actions.rollout import (
    choose_locations,
    create_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import publish_version, save_draft
from storesync.campaigns.actions.test_mail import send_campaign_test
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, MailTest, Rollout, TemplateVersion
from storesync.campaigns.statuses import Status
from storesync.comments.actions import add_comment, reply, resolve
from storesync.comments.models import Comment
from storesync.core.models import Job, SavedView
from storesync.core.saved_views import save_view
from storesync.core.scoping import brand_scope
from storesync.dashboard import demo
from storesync.guidelines.actions import start_try_out
from storesync.guidelines.models import GuidelineVersion
from storesync.guidelines.tryout import run_try_out
from tests.ai.making import past_run
from tests.architecture.test_every_url import Address, walked
from tests.e2e.axe import COLOURS, faults, sideways
from tests.e2e.conftest import DESKTOP, PATIENCE, PHONE, session_of
from tests.media.making import library_image

pytestmark = pytest.mark.django_db(transaction=True)
BRAND: Final = "larkspur"

NO_PAGE: Final = {
    "admin:*": "Django's own pages",
    "account_*": "tests/e2e/test_interface.py looks at the layout they share",
    "mfa_*": "tests/e2e/test_interface.py looks at the layout they share",
    "accounts:language": "POST only",
    "accounts:preferences": "POST only",
    "ai:test": "POST only",
    "approvals:bulk_go_on": "POST only",
    "approvals:decide": "POST only; the page that asks is looked at in test_journeys.py",
    "approvals:submit": "POST only",
    "approvals:evidence_restore": "POST only",
    "approvals:evidence_json": "a file",
    "approvals:evidence_pdf": "a file",
    "approvals:evidence_task_file": "a file",
    "approvals:mail": "the mail itself, as its reader has it",
    "campaigns:*_frame": "the mail itself, as its reader has it",
    "campaigns:*_preview": "POST only, the mail itself",
    "campaigns:campaign_preview_recipients": "POST only",
    "campaigns:campaign_draft": "POST only",
    "campaigns:*_presence": "POST only",
    "campaigns:preview_stores": "options of a list of suggestions",
    "campaigns:campaign_bulk": "POST only",
    "campaigns:campaign_move": "POST only",
    "campaigns:campaign_stay": "POST only",
    "comments:thread_re*": "POST only",
    "comments:comment_strike": "POST only",
    "campaigns:rollout_discard": "POST only",
    "campaigns:rollout_upgrade": "leads away where no newer version is offered, as in the demo",
    "campaigns:template_archive": "POST only",
    "campaigns:template_duplicate": "POST only",
    "campaigns:template_version_offer": "POST only",
    "campaigns:template_*_restore": "POST only",
    "campaigns:*_progress": "a part of a page that is looked at",
    "core:styleguide*": "tests/e2e/test_interface.py",
    "brands:absence_end": "POST only",
    "brands:location_reopen": "POST only",
    "guidelines:take_back": "POST only",
    "guidelines:try_out_export": "a file",
    "brands:person_invite_again": "POST only",
    "healthz": "for machines",
    "home": "leads to the page of a brand",
    "jobs:job_stop": "POST only",
    "jobs:list_file": "POST only; its button stands in lists",
    "jobs:list_file_download": "a file",
    "mailbox:*": "what it shows is not in the database",
    "notifications:bell": "a part of every page",
    "notifications:mark*": "POST only",
    "notifications:undo_all": "POST only",
    "notifications:open*": "leads to another page, or POST only",
    "links:*": "of one mailed link; tests/e2e/test_mailed_links.py looks at it",
    "media:describe": "follows an upload; tests/e2e/test_media.py looks at it",
    "media:image_archive": "POST only",
    "media:picture": "a picture",
    "saved_views:columns": "POST only; its form stands in lists",
    "saved_views:save": "POST only; its form stands in lists, and is the page of saved_views:change",
    "saved_views:update": "POST only",
    "saved_views:default": "POST only",
    "saved_views:remove": "POST only",
    "saved_views:restore": "POST only",
    "mailing:unsubscribe": "tests/e2e/test_journeys.py opens it from a mail",
}
"""Addresses that are not looked at here, each with the reason."""


class Demo:
    """The demo's objects, by what an address asks for."""

    def __init__(self) -> None:
        self.brand = Brand.objects.get(slug=BRAND)
        with brand_scope([self.brand.pk]):
            self.maya = User.objects.get(email="maya@larkspur.example")
            activate_due()
            items = SubmissionItem.objects.all()
            self.draft = self._draft()
            self.comment = self._comment()
            self.objects: list[tuple[str, Any]] = [
                ("ai:run", past_run(self.brand, self.maya)),
                ("approvals:evidence", LocationCampaign.objects.filter(status=Status.ACTIVE).first()),
                ("approvals:revoke", items.filter(state=Decision.APPROVED).order_by("-pk").first()),
                ("approvals:recall", items.waiting().first()),
                ("approvals:recall_submission", items.waiting().first().submission),
                ("approvals:evidence_task", self._verified()),
                ("approvals:submission*", items.waiting().first().submission),
                ("approvals:campaign_history", LocationCampaign.objects.filter(status=Status.ACTIVE).first()),
                ("approvals:policy*", ApprovalPolicy.objects.first()),
                ("approvals:group*", ReviewGroup.objects.first()),
                ("approvals:bulk", self._bulk()),
                ("approvals:*", items.waiting().first()),
                ("brands:location_*", Location.objects.get(store_number="L101")),
                ("brands:region_*", Region.objects.get(name="North")),
                ("brands:absence_change", self._absence()),
                ("brands:person_*", Membership.objects.get(user__email="jonas@larkspur.example")),
                ("campaigns:campaign_edit", LocationCampaign.objects.filter(status=Status.DRAFT).first()),
                ("campaigns:campaign_audience", LocationCampaign.objects.filter(status=Status.DRAFT).first()),
                ("campaigns:campaign_upgrade", self._upgradable()),
                ("campaigns:campaign*", LocationCampaign.objects.filter(status=Status.ACTIVE).first()),
                ("campaigns:rollout", Rollout.objects.exclude(pk=self.draft.pk).first()),
                ("campaigns:rollout_*", self.draft),
                ("campaigns:template*", CampaignTemplate.objects.first()),
                ("campaigns:mail_test", self._mail_test()),
                ("comments:owner", self.comment.thread),
                ("comments:thread", self.comment.thread),
                ("comments:comment_edit", self.comment),
                ("media:*", library_image(self.brand, self.maya, alt="A red coat")),
                ("guidelines:*", self._guidelines()),
                ("saved_views:*", self._saved_view()),
                ("jobs:*", Job.objects.filter(brand_id=self.brand.pk).first()),
            ]

    def _verified(self) -> EvidenceTask:
        """A verification of the brand that has ended."""
        task = start_evidence(brand=self.brand, work=EvidenceWork.VERIFY, actor=self.maya)
        run_evidence(task_id=task.pk)
        return task

    def _absence(self) -> Absence:
        """A few days of next month, with somebody who stands in."""
        first, priya = today_of(self.maya) + timedelta(days=30), User.objects.get(name="Priya Raman")
        last = first + timedelta(days=4)
        return add_absence(
            brand=self.brand,
            person=self.maya,
            delegate=priya,
            first_day=first,
            last_day=last,
            actor=self.maya,
            note="By the sea",
        )

    def _guidelines(self) -> SimpleNamespace:
        """A try-out of the version in force, and what else the addresses of guidelines name."""
        version = GuidelineVersion.objects.get()
        tried = start_try_out(brand=self.brand, actor=self.maya, version=version)
        run_try_out(try_out=tried)
        return SimpleNamespace(pk=tried.pk, number=version.number, rule="shouting", kind="banned_words")

    def _bulk(self) -> BulkDecision:
        chosen = choose_for_bulk(
            brand=self.brand,
            items=SubmissionItem.objects.waiting(),
            decision=Decision.APPROVED,
            actor=self.maya,
        )
        return start_bulk_decision(bulk=chosen, actor=self.maya)

    def _saved_view(self) -> SavedView:
        return save_view(
            brand_id=self.brand.pk,
            actor=self.maya,
            list_name="campaigns:campaigns",
            page_name="campaigns:campaigns",
            name="Drafts of the north",
            query=QueryDict("status=draft"),
        )

    def _upgradable(self) -> LocationCampaign:
        """A draft with words of its store, where a newer version of its template has others."""
        campaign = LocationCampaign.objects.select_related("template_version__template").filter(
            status=Status.DRAFT
        )[0]
        version = campaign.template_version
        place = next(one for one in version.blocks if one["type"] == "text" and not one["locked"])
        mine = {place["id"]: {"text": "Come in and have a look around."}}
        edit_campaign(campaign=campaign, actor=self.maya, version=campaign.version, edits=mine)
        template = version.template
        blocks = [
            {**one, "text": "Everything new of this season."} if one["id"] == place["id"] else one
            for one in version.blocks
        ]
        save_draft(
            template=template,
            draft={**template.draft, "blocks": blocks},
            draft_number=template.draft_number,
            actor=self.maya,
        )
        publish_version(template=template, actor=self.maya, notes="Shorter and fresher", offer=True)
        return campaign

    def _draft(self) -> Rollout:
        """A roll-out in the middle of its wizard."""
        version = TemplateVersion.objects.first()
        rollout = create_rollout(template_version=version, actor=self.maya)
        choose_locations(rollout=rollout, actor=self.maya, filters={"city": "Leeds"})
        set_recipients(rollout=rollout, actor=self.maya, text="email,store\na@customers.example,L101")
        values = {"discount_percentage": "20"}
        return plan_rollout(rollout=rollout, actor=self.maya, values=values)

    def _mail_test(self) -> MailTest:
        """A test that nobody sends in this test."""
        campaign = LocationCampaign.objects.filter(status=Status.ACTIVE).first()
        assert campaign is not None
        return send_campaign_test(campaign=campaign, addresses=[self.maya.email], actor=self.maya)

    def _comment(self) -> Comment:
        """What Maya says about the words of a draft, with an answer and a thread that is resolved."""
        draft = LocationCampaign.objects.filter(status=Status.DRAFT).first()
        assert draft is not None
        said = partial(add_comment, owner_kind="campaign", owner_id=draft.pk, actor=self.maya)
        resolve(thread=said(place="subject", body="Shorter, please.").thread, actor=self.maya)
        comment = said(place="", body="Which Saturday is that, @Priya Raman?")
        reply(thread=comment.thread, body="The next one.", actor=self.maya)
        return comment

    def url(self, address: Address) -> str:
        """The address with objects of the demo."""
        values: dict[str, Any] = {"brand": BRAND} if "brand" in address.kwargs else {}
        found = next((one for name, one in self.objects if fnmatchcase(address.name, name)), None)
        if found is not None:
            values |= {"pk": found.pk, "slug": getattr(found, "slug", ""), "number": 1}
            values |= {"kind": getattr(found, "kind", "campaign"), "owner": getattr(found, "owner_id", "")}
            values |= {"rule": getattr(found, "rule", "")}
        missing = address.kwargs - set(values)
        assert not missing, (
            f"{address.name}: nothing here for {missing}; name an object, or why it is no page"
        )
        return reverse(address.name, kwargs={key: values[key] for key in address.kwargs})


class Eyes:
    """A browser window for each person, and what was wrong in it."""

    def __init__(self, browser: Browser, base_url: str, *, every_way: bool) -> None:
        self.browser, self.base_url, self.every_way = browser, base_url, every_way
        self.pages: dict[str, Page] = {}
        self.console: list[str] = []

    def page(self, email: str) -> Page:
        """Their window."""
        if email not in self.pages:
            context = self.browser.new_context(base_url=self.base_url, viewport=DESKTOP)
            context.set_default_timeout(PATIENCE)
            context.add_cookies([session_of(User.objects.get(email=email), self.base_url)])
            page = self.pages[email] = context.new_page()
            page.on("pageerror", lambda error: self.console.append(str(error)))
            page.on("console", lambda told: self.console.append(told.text) if told.type == "error" else None)
        return self.pages[email]

    def look(self, email: str, url: str) -> list[str] | None:
        """What is wrong with one page, in each way of looking at it; None when it is not for this person."""
        page = self.page(email)
        self.console.clear()
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        answer = page.goto(url)
        if answer is None or answer.status != HTTPStatus.OK:
            return None
        found = [f"desktop: {one}" for one in [*faults(page), *sideways(page)]]
        if self.every_way:
            page.emulate_media(color_scheme="dark")
            found += [f"dark: {one}" for one in faults(page, COLOURS)]
            page.emulate_media(color_scheme="light")
            page.set_viewport_size(PHONE)
            found += [f"phone: {one}" for one in faults(page)]
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(PHONE)
        found += [f"dark phone: {one}" for one in [*faults(page), *sideways(page)]]
        return [*found, *(f"console: {line}" for line in self.console)]

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@pytest.fixture(params=["twice", pytest.param("in every way", marks=pytest.mark.faults)])
def eyes(browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Eyes]:
    """Windows that close at the end.

    They look twice, at a desk by day and on a phone by night; or at each width in both schemes.
    """
    made = Eyes(browser, live_server.url, every_way=request.param != "twice")
    yield made
    made.close()


PEOPLE: Final = [f"{name}@larkspur.example" for name in ("maya", "priya", "nora", "jonas")]


def test_every_page_of_the_demo(
    eyes: Eyes, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    # Mails carry whole addresses of their pictures, fixed when the demo is loaded.
    settings.BASE_URL = live_server.url
    settings.MEDIA_ROOT = str(tmp_path)
    demo.load()
    shown = Demo()
    wrong: dict[str, list[str]] = {}
    looked = 0
    for address in walked():
        if address.is_listed(NO_PAGE):
            continue
        url = shown.url(address)
        # The one with most to see of it first.
        for who in (*PEOPLE, "ada@storesync.example"):
            found = eyes.look(who, url)
            if found is not None:
                looked += 1
                wrong[f"{address.name} {url} as {who}"] = found
                break
        else:
            wrong[f"{address.name} {url}"] = ["nobody can open it; name an object, or why it is no page"]
    # What these people see differs from what a Brand Manager sees.
    for email in (f"{name}@larkspur.example" for name in ("priya", "jonas", "carla", "victor")):
        for path in ("", "campaigns/", "approvals/", "rollouts/"):
            url = f"/b/{BRAND}/{path}"
            wrong[f"{url} as {email}"] = eyes.look(email, url) or []
    told = [f"{where}: {one}" for where, found in wrong.items() for one in found]
    assert not told, "\n".join(told)
    assert looked > 40
