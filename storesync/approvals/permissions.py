"""Who may decide about an item, and why somebody may not (Rules A5, A6)."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from storesync.approvals.absences import StandIn, stands_in_for
from storesync.approvals.models import ApprovalStep, Decision, Seat, SubmissionItem
from storesync.approvals.queries import waits_for_these
from storesync.approvals.querysets import own_seat, seat_of
from storesync.brands.models import Location
from storesync.brands.permissions import holds
from storesync.brands.rights import DECIDE, MANAGE_BRAND
from storesync.core import formats

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.brands.models import Brand


def is_own(user: "User | AnonymousUser", item: SubmissionItem) -> bool:
    """Whether the person submitted the revision or edited it last: nobody decides that, Admins included."""
    return user.pk is not None and user.pk in {item.submitter_id, item.author_id}


def may_revoke(user: "User", approved_by_id: int | None, brand: "Brand") -> bool:
    """Whether an approval is this person's to take back, as far as it hangs on who gave it.

    Their own, any for an Admin; one that a rule gave (Rule A13) is that of the brand's managers.
    """
    if user.is_superuser or approved_by_id == user.pk:
        return True
    return approved_by_id is None and holds(user, MANAGE_BRAND, brand)


def own_words(user: "User | AnonymousUser", item: SubmissionItem) -> str:
    """Why the person may not decide about what is their own; "" when it is not."""
    if user.pk == item.submitter_id:
        return _("You submitted this yourself, so somebody else has to decide.")
    if is_own(user, item):
        return _("You edited this last, so somebody else has to decide.")
    return ""


def why_not(user: "User | AnonymousUser", item: SubmissionItem) -> str:
    """Why this person cannot decide about this item now, in words for them; "" when they can."""
    if not item.is_open:
        return _("This is decided already.")
    if SubmissionItem.objects.filter(pk=item.pk).decidable_by(user).exists():
        return ""
    return why_not_these(user, [item])[item.pk]


def why_not_these(user: "User | AnonymousUser", items: Sequence[SubmissionItem]) -> dict[UUID, str]:
    """Why this person cannot decide about these items, all open and not theirs to decide now.

    Their own, approved by them already, no right there (any more), handed over, or somebody else's turn.
    A constant number of queries.
    """
    prefetch_related_objects(items, "location")
    places = Location.objects.filter(pk__in={item.location_id for item in items}).order_by()
    may = set(places.visible_to(user, DECIDE).values_list("pk", flat=True))
    handed = {
        seat.submission_id: seat.person
        for seat in Seat.objects.filter(
            submission__in={item.submission_id for item in items}, in_place_of_id=user.pk
        ).select_related("person")
    }
    waiting, for_them = waits_for_these(items), _voted_for(user, items)
    words: dict[UUID, str] = {}
    for item in items:
        given = {"names": waiting[item.pk].words, "stage": item.submission.stage_name}
        if own := own_words(user, item):
            words[item.pk] = own
        elif user.pk in item.voters:
            words[item.pk] = _("You have approved this already. It still waits for %(names)s.") % given
        elif step := for_them.get(item.pk):
            by = {
                "name": step.person.display_name if step.person else "",
                "when": formats.moment(step.created_at),
            }
            words[item.pk] = _(
                "%(name)s approved this in your place on %(when)s. It still waits for %(names)s."
            ) % (given | by)
        elif item.location_id not in may:
            words[item.pk] = _(
                "You may look at this, but not decide it: you do not approve for %(location)s."
            ) % {"location": item.location.name}
        elif person := handed.get(item.submission_id):
            words[item.pk] = _("You handed this over to %(name)s.") % {"name": person.display_name}
        else:
            words[item.pk] = (
                _("It is not your turn: at the stage “%(stage)s” it waits for %(names)s.") % given
            )
    return words


def _voted_for(user: "User | AnonymousUser", items: Iterable[SubmissionItem]) -> dict[UUID, ApprovalStep]:
    """The steps by which others approved these items in the person's place, at the stage where they are."""
    asked = [item for item in items if user.pk in item.voted_for]
    if not asked:
        return {}
    steps = ApprovalStep.objects.filter(
        submission__root__in={item.submission.root_id for item in asked},
        revision__in={item.revision_id for item in asked},
        decision=Decision.APPROVED,
        in_place_of_id=user.pk,
    )
    found = {(one.revision_id, one.stage): one for one in steps.select_related("person").order_by("id")}
    marked = {item.pk: found.get((item.revision_id, item.submission.stage)) for item in asked}
    return {pk: step for pk, step in marked.items() if step is not None}


def why_not_to(to: "User", items: Sequence[SubmissionItem]) -> dict[UUID, str]:
    """Which of these open items cannot be handed over to a person, and why; three queries at most."""
    prefetch_related_objects(items, "location")
    places = Location.objects.filter(pk__in={item.location_id for item in items}).order_by()
    may = set(places.visible_to(to, DECIDE).values_list("pk", flat=True))
    words: dict[UUID, str] = {}
    for item in items:
        names = {"name": to.display_name, "location": item.location.name}
        if is_own(to, item):
            words[item.pk] = _("%(name)s submitted or edited it, so somebody else has to decide.") % names
        elif to.pk in item.voters:
            words[item.pk] = _("%(name)s has approved it already.") % names
        elif to.pk in item.voted_for:
            words[item.pk] = _("It has been approved in the place of %(name)s already.") % names
        elif item.location_id not in may:
            words[item.pk] = _("%(name)s may not decide for %(location)s.") % names
    return words


def acting_for(
    user: "User", items: Iterable[SubmissionItem], away: Sequence[StandIn] | None = None
) -> dict[UUID, int]:
    """In whose place the person decides about items that are theirs to decide: who is away, or handed over.

    Items at which they sit themselves are left out: their vote is their own. Standing in for several who
    sit at one item, they vote for the first (by key): one vote fills one seat.

    Args:
        away: of `stands_in_for`, where the caller has asked already.
    """
    rows = list(items)
    handed = dict(
        Seat.objects.filter(
            submission__in={item.submission_id for item in rows},
            person_id=user.pk,
            in_place_of__isnull=False,
        ).values_list("submission_id", "in_place_of_id")
    )
    found = {item.pk: handed[item.submission_id] for item in rows if item.submission_id in handed}
    left = {item.pk for item in rows if item.pk not in found}
    if left and (away := stands_in_for(user) if away is None else away):
        asked = SubmissionItem.objects.filter(pk__in=left).order_by()
        left -= set(asked.filter(own_seat(user)).values_list("pk", flat=True))
        # The last written wins, so that is the first.
        for one in sorted(away, key=lambda stand_in: -stand_in.person_id):
            theirs = asked.filter(seat_of(one), pk__in=left)
            found |= dict.fromkeys(theirs.values_list("pk", flat=True), one.person_id)
    return found
