"""Guidelines: written as a draft, published as immutable versions, switched on and off."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.brands.models import Brand, Region
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_GUIDELINE
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.jobs import start_job
from storesync.core.models import JobState
from storesync.core.scoping import require_scope
from storesync.guidelines import tasks
from storesync.guidelines.models import GuidelineSet, GuidelineVersion, TryOut
from storesync.guidelines.queries import set_of
from storesync.guidelines.rules import BaseRule, RuleError, RulesInvalid, dump_rules, read_rules
from storesync.guidelines.tryout import KEPT, MOST

if TYPE_CHECKING:
    from storesync.accounts.models import User


class DraftMoved(ActionRefused):
    """Somebody else has saved the draft meanwhile; `seen` is the number that the actor had."""

    def __init__(self, message: str, *, seen: int) -> None:
        super().__init__(message)
        self.seen = seen


def save_draft(*, brand: Brand, rules: Iterable[Any], draft_number: int, actor: "User") -> GuidelineSet:
    """Save the version being written; nothing is held against it before it is switched on.

    Args:
        rules: all of them, as plain data (guidelines.rules).
        draft_number: of the draft that the actor saw; 0 for the first.

    Raises:
        PermissionDenied: the actor does not write the brand's guidelines.
        RulesInvalid: with every error, its rule and field.
        DraftMoved: somebody else has saved meanwhile.
    """
    with audited("guidelines.draft_saved", actor=actor):
        found = _locked(brand, actor)
        if found.draft_number != draft_number:
            raise DraftMoved(
                _("Somebody else has saved the guidelines meanwhile. Your changes are still below."),
                seen=draft_number,
            )
        draft = dump_rules(_checked(rules))
        if draft == found.draft:
            return found
        found.draft = draft
        found.draft_number += 1
        found.save(update_fields=["draft", "draft_number"])
    return found


def publish_version(*, brand: Brand, draft_number: int, actor: "User", notes: str = "") -> GuidelineVersion:
    """Make the draft an immutable version. It is not in force before `switch_on`.

    Raises:
        PermissionDenied: the actor does not write the brand's guidelines.
        RulesInvalid: the draft has errors (a region that it names is gone).
        DraftMoved: the draft is another than the actor saw.
        ActionRefused: there are no rules, or nothing has changed since the last version.
    """
    with audited("guidelines.published", actor=actor):
        found = _locked(brand, actor)
        if found.draft_number != draft_number:
            raise DraftMoved(
                _("Somebody else has saved the guidelines meanwhile. Look at them again."), seen=draft_number
            )
        rules = dump_rules(_checked(found.draft))
        if not rules:
            raise ActionRefused(_("There are no rules to publish."))
        last = found.versions.order_by("-number").first()
        if last is not None and last.rules == rules:
            raise ActionRefused(_("Nothing has changed since version %(number)d.") % {"number": last.number})
        return GuidelineVersion.objects.create(
            brand=brand,
            guideline_set=found,
            number=last.number + 1 if last else 1,
            rules=rules,
            notes=notes.strip(),
            author=actor,
        )


def switch_on(*, version: GuidelineVersion, actor: "User") -> GuidelineSet:
    """Hold every message against this version from now on, instead of the one in force.

    What is approved stays approved; it shows what the new rules find. Harmless when it is in force already.

    Raises:
        PermissionDenied: the actor does not write the brand's guidelines.
    """
    with audited("guidelines.switched_on", actor=actor, version=version.number):
        found = _locked(version.brand, actor)
        if found.in_force_id == version.pk:
            return found
        found.in_force = version
        found.in_force_since = Now()
        found.save(update_fields=["in_force", "in_force_since"])
        found.refresh_from_db(fields=["in_force_since"])
    return found


def switch_off(*, brand: Brand, actor: "User") -> GuidelineSet:
    """Hold messages against no guidelines any more; our own checks stay.

    Raises:
        PermissionDenied: the actor does not write the brand's guidelines.
        ActionRefused: none are in force.
    """
    with audited("guidelines.switched_off", actor=actor):
        found = _locked(brand, actor)
        if found.in_force_id is None:
            raise ActionRefused(_("No guidelines are in force."))
        found.in_force = None
        found.in_force_since = None
        found.save(update_fields=["in_force", "in_force_since"])
    return found


def take_version_back(*, version: GuidelineVersion, draft_number: int, actor: "User") -> GuidelineSet:
    """Make an older version the draft again.

    Raises:
        PermissionDenied, RulesInvalid, DraftMoved: as `save_draft`.
    """
    return save_draft(brand=version.brand, rules=version.rules, draft_number=draft_number, actor=actor)


def start_try_out(
    *,
    brand: Brand,
    actor: "User",
    version: GuidelineVersion | None = None,
    most: int = MOST,
    since: date | None = None,
) -> TryOut:
    """Hold the draft, or a version, against the newest revision of each past campaign, in the background.

    Args:
        most: of the newest campaigns, 1 to MOST.
        since: only those written since this day.

    Raises:
        PermissionDenied: the actor does not write the brand's guidelines.
        ActionRefused: there are no rules to try, or a try-out is running.
    """
    require_scope(brand.pk)
    with audited("guidelines.tried_out", actor=actor):
        if not can(actor, MANAGE_GUIDELINE, brand):
            raise PermissionDenied
        # The brand is the lock: two who ask at once get one try-out.
        Brand.objects.select_for_update(of=("self",)).get(pk=brand.pk)
        found = set_of(brand.pk)
        rules = version.rules if version else found.draft
        if not rules:
            raise ActionRefused(_("There are no rules to try."))
        if TryOut.objects.filter(job__state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
            raise ActionRefused(_("A try-out is running. Wait for it, or stop it."))
        old = TryOut.objects.order_by("-created_at").values_list("pk", flat=True)[KEPT - 1 :]
        TryOut.objects.filter(pk__in=list(old)).delete()
        job = start_job(
            brand_id=brand.pk,
            kind="guidelines.try_out",
            title=_("Try-out of guidelines"),
            actor=actor,
            unit=_("campaigns"),
        )
        made: TryOut = TryOut.objects.create(
            brand=brand,
            job=job,
            asked_by=actor,
            rules=rules,
            draft_number=None if version else found.draft_number,
            version=version,
            base=found.in_force,
            since=since,
            most=max(1, min(most, MOST)),
        )
        job.back_url = reverse("guidelines:try_out", args=[brand.slug, made.pk])
        job.save(update_fields=["back_url"])
        tasks.try_out.wake(brand.pk, made.pk)
    return made


def _locked(brand: Brand, actor: "User") -> GuidelineSet:
    """The brand's guidelines, ours until the transaction ends; made when they are not there yet."""
    require_scope(brand.pk)
    if not can(actor, MANAGE_GUIDELINE, brand):
        raise PermissionDenied
    GuidelineSet.objects.get_or_create(brand=brand)
    locked: GuidelineSet = (
        GuidelineSet.objects.select_for_update(of=("self",)).select_related("brand").get(brand=brand)
    )
    return locked


def _checked(rules: Iterable[Any]) -> tuple[BaseRule, ...]:
    """The rules, whose regions are the brand's."""
    read = read_rules(rules)
    named = {region for rule in read for region in rule.regions}
    known = (
        set(Region.objects.filter(pk__in=named).order_by().values_list("pk", flat=True)) if named else set()
    )
    errors = [
        RuleError(rule.id, "regions", _("A region of this rule is no longer there: choose again."), index)
        for index, rule in enumerate(read)
        if not known.issuperset(rule.regions)
    ]
    if errors:
        raise RulesInvalid(errors)
    return read
