"""What would happen: the way of one campaign through a policy, who would sit there, and when each is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.accounts.models import User
from storesync.approvals.facts import facts_of
from storesync.approvals.models import ApprovalPolicy, ApprovalSettings, Submission, SubmissionItem
from storesync.approvals.routing import policies_of, route_of
from storesync.approvals.seating import Panel, seats_for
from storesync.approvals.stages import Facts, Stage
from storesync.approvals.wording import StageWords, stages_in_words
from storesync.approvals.working_time import add_working_hours, week_of
from storesync.campaigns.models import LocationCampaign
from storesync.content.owners import describe
from storesync.core import formats

NOBODY: Final = 0
"""Stands for who made a revision that no person made."""


@dataclass(frozen=True, slots=True)
class TriedStage:
    """One stage of the policy for this campaign.

    Attributes:
        needed: whether it would have to pass it.
        people: who could decide there now, with the right at its store and nothing of their own, by name.
        escalates: those of the stage are not enough, so it would go on to others at once (Rule A5).
        due_at: when it would be due if every stage before took all its time; None without a due time.
    """

    words: StageWords
    needed: bool
    people: list[User]
    escalates: bool
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class TryOut:
    """What a policy would do with a campaign as it is now.

    Attributes:
        passes: it would pass by itself (Rule A13).
        other: the policy that holds for its type, where that is another one.
        facts: what the conditions looked at, in words.
    """

    campaign: LocationCampaign
    passes: bool
    other: ApprovalPolicy | None
    facts: list[str]
    stages: list[TriedStage]


def try_out(policy: ApprovalPolicy, campaign: LocationCampaign, *, now: datetime | None = None) -> TryOut:
    """Try a policy on a campaign's newest revision, as if who edited it last handed it in now."""
    revision = campaign.current_revision
    facts = facts_of(revision, describe([revision]).get(revision.pk))
    route = route_of({facts.campaign_type: policy}, facts)
    keys = set() if route.passes else {stage.key for stage in route.stages}
    submission = Submission(brand_id=policy.brand_id)
    item = SubmissionItem(
        brand_id=policy.brand_id,
        submission=submission,
        location=campaign.location,
        submitter_id=revision.author_id or NOBODY,
        author_id=revision.author_id,
    )
    panel = Panel.of([item], seats=False)
    week = week_of(ApprovalSettings.of(policy.brand_id), campaign.brand.time_zone)
    tried: list[tuple[StageWords, bool, set[int], bool, datetime | None]] = []
    begin = now or timezone.now()
    for stage, words in zip(policy.all_stages, stages_in_words(policy.all_stages), strict=True):
        if stage.key not in keys:
            tried.append((words, False, set(), False, None))
            continue
        due = add_working_hours(begin, stage.due_hours, week) if stage.due_hours is not None else None
        able, escalates = _sitting(panel, item, submission, stage)
        tried.append((words, True, able, escalates, due))
        begin = due or begin
    people = get_user_model()._default_manager.in_bulk({pk for row in tried for pk in row[2]})
    held = policies_of(policy.brand_id)
    applies = held.get(facts.campaign_type) or held.get("")
    return TryOut(
        campaign=campaign,
        passes=route.passes,
        other=applies if applies is not None and applies.pk != policy.pk else None,
        facts=facts_words(facts),
        stages=[
            TriedStage(words, needed, _by_name(people, able), escalates, due)
            for words, needed, able, escalates, due in tried
        ],
    )


def _sitting(
    panel: Panel, item: SubmissionItem, submission: Submission, stage: Stage
) -> tuple[set[int], bool]:
    """Who could decide at a stage, and whether others had to be called in for it."""
    seats = seats_for(submission, stage.people)
    more = panel.reinforced(item, submission, stage, seats)
    return panel.able(item, [*seats, *more]), bool(more)


def _by_name(people: dict[int, User], ids: set[int]) -> list[User]:
    return sorted((people[pk] for pk in ids if pk in people), key=lambda one: (one.display_name, one.pk))


def facts_words(facts: Facts) -> list[str]:
    """What the conditions look at, in words."""
    said = [_("differs from its template") if facts.differs else _("does not differ from its template")]
    if facts.discount is not None:
        said.append(_("largest discount %(percent)s") % {"percent": formats.percent(facts.discount / 100)})
    said.append(
        ngettext("%(count)d warning of the checks", "%(count)d warnings of the checks", facts.warnings)
        % {"count": facts.warnings}
        if facts.warnings
        else _("no warning of the checks")
    )
    if facts.ai_written:
        said.append(_("written with AI"))
    return said


def campaigns_to_try(brand_id: UUID, text: str, *, limit: int = 10) -> list[LocationCampaign]:
    """Campaigns by name or store, the newest first."""
    found = LocationCampaign.objects.current().filter(brand_id=brand_id)
    if text.strip():
        found = found.matching(text.strip())
    return list(found.select_related("location").order_by("-pk")[:limit])
