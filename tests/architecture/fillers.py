"""What the walk of all addresses puts into their parameters.

Every address with parameters needs values that exist: in the brand of the cast ("own", acme) and in another
brand ("foreign"). Add yours at the end, by the name of the address, `*` for several:

    @fills("campaigns:campaign_*")
    def campaign(side: Side) -> dict[str, Any]:
        return {"pk": side.once("campaign", lambda: CampaignFactory(brand=side.brand)).pk}

The first filler whose name fits is taken; `brand` is filled by itself. It runs in its side's scope.
An address that nothing fills fails the walk.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID

from django.http import QueryDict

from storesync.accounts.models import User
from storesync.approvals.actions import choose_for_bulk, start_bulk_decision, submit
from storesync.approvals.actions.evidence import run_evidence, start_evidence
from storesync.approvals.actions.group import create_group
from storesync.approvals.actions.link import make_links
from storesync.approvals.actions.policy import create_policy
from storesync.approvals.digest.entries import entries_of
from storesync.approvals.models import (
    ActionLink,
    ApprovalPolicy,
    BulkDecision,
    Decision,
    EvidenceTask,
    EvidenceWork,
    Purpose,
    Submission,
    SubmissionItem,
    token_digest,
)
from storesync.approvals.stages import Stage
from storesync.brands.actions.absence import add_absence
from storesync.brands.models import Brand, Location, Membership, Region, today_of
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import (
    choose_locations,
    create_rollout,
    launch_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import create_template, publish_version
from storesync.campaigns.actions.test_mail import send_campaign_test
from storesync.campaigns.models import Rollout
from storesync.comments.actions import add_comment
from storesync.comments.models import Comment
from storesync.core.jobs import start_job
from storesync.core.saved_views import save_view
from storesync.core.scoping import brand_scope
from storesync.guidelines.actions import publish_version as publish_guidelines
from storesync.guidelines.actions import save_draft as save_guidelines
from storesync.guidelines.actions import start_try_out
from storesync.guidelines.models import TryOut
from storesync.notifications.actions import notify
from storesync.notifications.models import Notice
from tests.ai.making import past_run
from tests.campaigns.making import DRAFT
from tests.conftest import Cast
from tests.factories import RegionFactory
from tests.media.making import library_image

Filler = Callable[["Side"], dict[str, Any]]
_fillers: list[tuple[str, Filler]] = []


@dataclass
class Side:
    """One brand of the cast and what is in it."""

    brand: Brand
    location: Location
    person: User
    _made: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """An object made at its first use and the same ever after."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


def own(cast: Cast) -> Side:
    """The brand whose people walk."""
    return Side(cast.acme, cast.leeds, cast.manager)


def foreign(cast: Cast) -> Side:
    """The brand in which they have no business."""
    return Side(cast.other, cast.elsewhere, cast.stranger)


def fills(*names: str) -> Callable[[Filler], Filler]:
    """Register a filler for these addresses (`namespace:name`, with wildcards)."""

    def register(filler: Filler) -> Filler:
        _fillers.extend((name, filler) for name in names)
        return filler

    return register


def fill(name: str, kwargs: set[str], side: Side) -> dict[str, Any] | None:
    """Values for the parameters of an address; None when nothing fills it."""
    values: dict[str, Any] = {"brand": side.brand.slug} if "brand" in kwargs else {}
    if kwargs <= set(values):
        return values
    for pattern, filler in _fillers:
        if fnmatchcase(name, pattern):
            with brand_scope([side.brand.pk]):
                values |= filler(side)
            break
    return {key: values[key] for key in kwargs} if kwargs <= set(values) else None


# --- accounts: allauth's own links ----------------------------------------------------------------


@fills("account_reset_password_from_key")
def reset_key(side: Side) -> dict[str, Any]:
    return {"uidb36": "1", "key": "set-password"}


@fills("account_confirm_email")
def confirm_key(side: Side) -> dict[str, Any]:
    return {"key": "no-such-key"}


# --- brands ---------------------------------------------------------------------------------------


@fills("brands:location_*")
def location(side: Side) -> dict[str, Any]:
    return {"pk": side.location.pk}


@fills("brands:region_*")
def region(side: Side) -> dict[str, Any]:
    return {"pk": side.once("region", lambda: side.location.region or RegionFactory(brand=side.brand)).pk}


@fills("brands:person_*")
def membership(side: Side) -> dict[str, Any]:
    """A role of somebody else than who walks; of the stranger in the other brand."""
    held = Membership.objects.filter(brand=side.brand).exclude(user__email="maya@acme.example")
    return {"pk": held.order_by("created_at").first().pk}


@fills("brands:absence_*")
def absence(side: Side) -> dict[str, Any]:
    """Of the person who walks; of the stranger in the other brand."""
    today = today_of(side.person)
    made = side.once(
        "absence",
        lambda: add_absence(
            brand=side.brand,
            person=side.person,
            delegate=User.objects.filter(is_superuser=True).first() or side.person,
            first_day=today + timedelta(days=9),
            last_day=today + timedelta(days=12),
            actor=side.person,
        ),
    )
    return {"pk": made.pk}


@fills("jobs:*")
def job(side: Side) -> dict[str, Any]:
    made = side.once(
        "job",
        lambda: start_job(
            brand_id=side.brand.pk,
            kind="test",
            title=f"Task of {side.brand.name}",
            actor=side.person,
            total=10,
        ),
    )
    return {"pk": made.pk}


@fills("saved_views:*")
def saved_view(side: Side) -> dict[str, Any]:
    made = side.once(
        "saved_view",
        lambda: save_view(
            brand_id=side.brand.pk,
            actor=side.person,
            list_name="campaigns:campaigns",
            page_name="campaigns:campaigns",
            name=f"View of {side.brand.name}",
            query=QueryDict("status=draft"),
        ),
    )
    return {"pk": made.pk}


# --- campaigns and approvals ----------------------------------------------------------------------


def wave(side: Side) -> Rollout:
    """A launched roll-out to the side's location, its campaign handed in for approval."""
    manager = side.person
    template = create_template(
        brand=side.brand,
        name=f"Winter {side.brand.slug}",
        campaign_type="seasonal",
        actor=manager,
        draft=DRAFT,
    )
    version = publish_version(template=template, actor=manager)
    rollout = create_rollout(template_version=version, actor=manager, name=f"Wave of {side.brand.name}")
    choose_locations(rollout=rollout, actor=manager, location_ids=[side.location.pk])
    set_recipients(
        rollout=rollout,
        actor=manager,
        text=f"email,store\nann@people.example,{side.location.store_number}\n",
    )
    plan_rollout(rollout=rollout, actor=manager, values={"discount_percentage": "20"})
    launch_rollout(rollout=rollout, actor=manager)
    continue_launch(rollout=rollout)
    return Rollout.objects.get(pk=rollout.pk)


@fills("campaigns:template*")
def template(side: Side) -> dict[str, Any]:
    return {"slug": side.once("wave", lambda: wave(side)).template_version.template.slug, "number": 1}


@fills("campaigns:rollout*")
def rollout(side: Side) -> dict[str, Any]:
    return {"pk": side.once("wave", lambda: wave(side)).pk}


@fills("campaigns:campaign*", "approvals:campaign_history", "approvals:evidence", "approvals:evidence_[jpr]*")
def campaign(side: Side) -> dict[str, Any]:
    return {"pk": side.once("wave", lambda: wave(side)).campaigns.get().pk, "verb": "pause"}


@fills("approvals:evidence_task*")
def evidence_task(side: Side) -> dict[str, Any]:
    return {"pk": side.once("evidence_task", lambda: made_pack(side)).pk}


def made_pack(side: Side) -> EvidenceTask:
    """A pack that the side's person asked for."""
    campaign = side.once("wave", lambda: wave(side)).campaigns.get()
    task = start_evidence(brand=side.brand, work=EvidenceWork.PACK_JSON, actor=side.person, campaign=campaign)
    run_evidence(task_id=task.pk)
    return task


def handed_in(side: Side) -> Submission:
    """The wave's campaign, waiting for a decision."""
    revisions = side.once("wave", lambda: wave(side)).campaigns.values_list("current_revision", flat=True)
    return submit(revisions=list(revisions), actor=side.person)[0]


def action_link(side: Side) -> tuple[str, UUID]:
    """The token and the id of a link in a mail to the side's person."""
    made = side.once("submission", lambda: handed_in(side))
    found = entries_of(SubmissionItem.objects.filter(submission=made), side.person, limit=1)
    url = make_links(person=side.person, entries=found.entries)[made.pk][Purpose.APPROVE]
    token = url.rstrip("/").rpartition("/")[2]
    return token, ActionLink.objects.get(token_hash=token_digest(token)).pk


@fills("links:follow")
def followed(side: Side) -> dict[str, Any]:
    return {"token": side.once("action_link", lambda: action_link(side))[0]}


@fills("links:page")
def link_page(side: Side) -> dict[str, Any]:
    return {"pk": side.once("action_link", lambda: action_link(side))[1]}


@fills("approvals:submission", "approvals:submission_history", "approvals:recall_submission")
def submission(side: Side) -> dict[str, Any]:
    return {"pk": side.once("submission", lambda: handed_in(side)).pk}


def policy(side: Side) -> ApprovalPolicy:
    """A policy for one type of campaign."""
    return side.once(
        "policy",
        lambda: create_policy(
            brand=side.brand,
            name=f"Letters of {side.brand.name}",
            campaign_types=["newsletter"],
            stages=[Stage(name="Brand")],
            actor=side.person,
        ),
    )


@fills("approvals:policy*")
def one_policy(side: Side) -> dict[str, Any]:
    return {"pk": policy(side).pk}


@fills("approvals:group*")
def review_group(side: Side) -> dict[str, Any]:
    made = side.once(
        "group",
        lambda: create_group(
            brand=side.brand, name=f"Legal of {side.brand.name}", members=[side.person], actor=side.person
        ),
    )
    return {"pk": made.pk}


def chosen(side: Side) -> BulkDecision:
    """A decision of the side's person about what waits there, as a task."""
    bulk = choose_for_bulk(
        brand=side.brand,
        items=side.once("submission", lambda: handed_in(side)).items.all(),
        decision=Decision.APPROVED,
        actor=side.person,
    )
    return start_bulk_decision(bulk=bulk, actor=side.person)


@fills("approvals:bulk*")
def bulk(side: Side) -> dict[str, Any]:
    return {"pk": side.once("bulk", lambda: chosen(side)).pk}


@fills("approvals:*")
def item(side: Side) -> dict[str, Any]:
    return {"pk": side.once("submission", lambda: handed_in(side)).items.get().pk}


@fills("ai:run")
def ai_run(side: Side) -> dict[str, Any]:
    return {"pk": side.once("ai_run", lambda: past_run(side.brand, side.person)).pk}


@fills("campaigns:mail_test")
def mail_test(side: Side) -> dict[str, Any]:
    of = side.once("wave", lambda: wave(side)).campaigns.get()
    made = side.once(
        "mail_test",
        lambda: send_campaign_test(campaign=of, addresses=["me@people.example"], actor=side.person),
    )
    return {"pk": made.pk}


# --- comments -------------------------------------------------------------------------------------


def comment(side: Side) -> Comment:
    """Something the side's person said about the wave's campaign."""
    of = side.once("wave", lambda: wave(side)).campaigns.get()
    return side.once(
        "comment",
        lambda: add_comment(
            owner_kind="campaign", owner_id=of.pk, place="", body="Too loud?", actor=side.person
        ),
    )


@fills("comments:owner")
def thread_owner(side: Side) -> dict[str, Any]:
    return {"kind": "campaign", "owner": comment(side).thread.owner_id}


@fills("comments:thread*")
def thread(side: Side) -> dict[str, Any]:
    return {"pk": comment(side).thread_id}


@fills("comments:comment_*")
def one_comment(side: Side) -> dict[str, Any]:
    return {"pk": comment(side).pk}


# --- guidelines -----------------------------------------------------------------------------------


def guidelines(side: Side) -> TryOut:
    """Published versions of one rule, the newest tried out; the other brand has one more than the first."""
    words = ["gratis"] if side.brand.slug == "acme" else ["gratis", "umsonst"]
    for number, word in enumerate(words):
        rule = {"id": f"words-{side.brand.slug}", "kind": "banned_words", "words": [{"text": word}]}
        saved = save_guidelines(brand=side.brand, rules=[rule], draft_number=number, actor=side.person)
        version = publish_guidelines(brand=side.brand, draft_number=saved.draft_number, actor=side.person)
    return start_try_out(brand=side.brand, actor=side.person, version=version)


@fills("guidelines:rule_new")
def rule_kind(side: Side) -> dict[str, Any]:
    """A kind is nobody's object; one that nobody knows stands for the other brand's."""
    return {"kind": "banned_words" if side.brand.slug == "acme" else "party"}


@fills("guidelines:*")
def guideline(side: Side) -> dict[str, Any]:
    tried = side.once("guidelines", lambda: guidelines(side))
    return {"pk": tried.pk, "number": tried.version.number, "rule": f"words-{side.brand.slug}"}


# --- notifications --------------------------------------------------------------------------------


def notice(side: Side) -> Notice:
    """Something that the side's person is told."""
    notify(
        kind="job.ended",
        people=[side.person.pk],
        brand_id=side.brand.pk,
        matter="walk",
        url=f"/b/{side.brand.slug}/",
        facts={"title": f"Task of {side.brand.name}", "state": "done"},
    )
    return Notice.objects.get(person=side.person, matter="walk")


@fills("notifications:undo_all")
def marked_at(side: Side) -> dict[str, Any]:
    return {"at": "2026-11-20T09:00:00+00:00"}


@fills("notifications:*")
def one_notice(side: Side) -> dict[str, Any]:
    return {"pk": side.once("notice", lambda: notice(side)).pk, "verb": "dismiss"}


# --- the demo's mailbox ---------------------------------------------------------------------------


@fills("mailbox:*")
def mail(side: Side) -> dict[str, Any]:
    """A message that is not there: the sink is a folder, and empty in the tests."""
    return {"message_id": "no-such-message"}


# --- the back office: any row of the model --------------------------------------------------------

ADMIN_ROWS: dict[str, Callable[[Side], Any]] = {
    "accounts_user": lambda side: side.person,
    "brands_brand": lambda side: side.brand,
    "brands_absence": lambda side: absence(side)["pk"],
    "brands_region": lambda side: Region.objects.get(pk=region(side)["pk"]),
    "core_job": lambda side: job(side)["pk"],
    "approvals_approvalpolicy": lambda side: policy(side).pk,
    "approvals_reviewgroup": lambda side: review_group(side)["pk"],
}
"""Rows for models of which the cast has none; a row of the side's brand is found by itself."""


# --- mailing --------------------------------------------------------------------------------------


@fills("mailing:unsubscribe")
def token(side: Side) -> dict[str, Any]:
    """One we did not make: it looks the same, and its POST writes nothing."""
    return {"token": "x" * 43}


# --- media ----------------------------------------------------------------------------------------


@fills("media:picture")
def picture(side: Side) -> dict[str, Any]:
    return {"name": side.once("picture", lambda: library_image(side.brand, side.person)).name}


@fills("media:*")
def image(side: Side) -> dict[str, Any]:
    return {"pk": side.once("picture", lambda: library_image(side.brand, side.person)).pk}
