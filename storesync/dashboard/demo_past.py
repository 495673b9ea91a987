"""What the demo's brands decided in the half year before: the figures that its reports count.

The one part of the demo that no action wrote: actions write what happens now. These are figures of campaigns
that are long over, whose steps the demo does without, as if a brand had brought its reports along.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.approvals.models import ApprovalSettings, Decision, DecisionFigure, Reason
from storesync.approvals.working_time import WorkingWeek, add_working_hours, week_of, worked_between
from storesync.brands.models import Brand, Location, Membership
from storesync.brands.rights import Role
from storesync.campaigns.models import TemplateVersion
from storesync.core.bulk import insert_rows
from storesync.core.models import new_id

DAYS: Final = 190
WAVES: Final = 44
_MINUTE: Final = timedelta(minutes=1)
_WHY: Final = (
    [Reason.OFFER] * 5
    + [Reason.FACTS] * 4
    + [Reason.LEGAL] * 3
    + [Reason.WORDING] * 2
    + [Reason.PICTURE, None]
)


def remember(brand: Brand, versions: Mapping[str, TemplateVersion], users: Mapping[str, User]) -> None:
    """Write the decisions of some dozen waves, the same ones each time, as many days ago as each time.

    Clearances go on to Legal, which takes its time; what is handed in on a Friday waits over the weekend;
    a fifth of the waves pass by rule, and of the others some stores are sent back.
    """
    dice = random.Random(brand.slug)  # noqa: S311 - nothing of it is a secret
    deciders = _deciders(brand, users)
    week = week_of(ApprovalSettings.of(brand.pk), brand.time_zone)
    places = list(Location.objects.filter(brand=brand).order_by("store_number"))
    with translation.override(brand.language):
        rule = _("Policy “%(policy)s”: what does not differ from its template passes by itself") % {
            "policy": "Campaigns"
        }
    now, rows = timezone.now(), list[dict[str, Any]]()
    for number in range(WAVES):
        version = dice.choice(list(versions.values()))
        begun = now - timedelta(days=DAYS * (WAVES - number) / WAVES, minutes=dice.randint(0, 1400))
        wave = {
            "brand_id": brand.pk,
            "campaign_type": version.template.campaign_type,
            "template_id": version.template_id,
            "wave_id": new_id(),
        }
        chosen = dice.sample(places, dice.randint(3, min(14, len(places))))
        if number % 5 == 4:
            rows += [wave | _by_rule(place, begun, rule) for place in chosen]
            continue
        stages = [("Brand", deciders[0], 8, 5)]
        if version.template.campaign_type == "clearance":
            stages.append(("Legal", deciders[-1], 16, 14))
        for stage, person, due, usual in stages:
            took = Decimal(str(round(dice.lognormvariate(0, 0.8) * usual, 2)))
            decided = add_working_hours(begun, took, week) or begun
            if decided >= now:
                break
            last = stage == stages[-1][0]
            late = took > due
            for place in chosen:
                against = dice.random() < 0.12
                rows.append(
                    wave
                    | _by_person(place, person, (begun, decided), week)
                    | {
                        "stage_name": stage,
                        "late": late,
                        "ended": against or last,
                        "decision": dice.choice([Decision.REJECTED, Decision.CHANGES_REQUESTED])
                        if against
                        else Decision.APPROVED,
                        "reason": (dice.choice(_WHY) or "") if against else "",
                    }
                )
            begun = decided
    insert_rows(DecisionFigure, rows)


def _deciders(brand: Brand, users: Mapping[str, User]) -> list[User]:
    """Who decides at the first stage, and who at the last."""
    rows = Membership.objects.filter(brand=brand, role__in=[Role.APPROVER, Role.BRAND_MANAGER])
    roles = dict(rows.order_by("pk").values_list("role", "user_id"))
    people = {user.pk: user for user in users.values()}
    return [people[roles[role]] for role in (Role.BRAND_MANAGER, Role.APPROVER) if role in roles]


def _by_rule(place: Location, at: datetime, rule: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("person_id", "late", "waited", "worked", "own_waited", "own_worked"))
    return nothing | {
        "decided_at": at,
        "decision": Decision.APPROVED,
        "ended": True,
        "reason": "",
        "rule": rule,
        "stage_name": "Brand",
        "location_id": place.pk,
    }


def _by_person(
    place: Location, person: User, between: tuple[datetime, datetime], week: WorkingWeek
) -> dict[str, Any]:
    begun, decided = between
    waited = (decided - begun) // _MINUTE
    worked = worked_between(begun, decided, week)
    minutes = None if worked is None else worked // _MINUTE
    return {
        "decided_at": decided,
        "rule": "",
        "person_id": person.pk,
        "location_id": place.pk,
        "waited": waited,
        "worked": minutes,
        "own_waited": waited,
        "own_worked": minutes,
    }
