"""Trying rules out: held against campaigns of the past, beside the version in force, before they count."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from storesync.content.checks import Finding
from storesync.content.models import Revision
from storesync.content.owners import OwnerInfo, describe
from storesync.core.jobs import advance, begin, fail, finish
from storesync.guidelines.checking import Compiled, Message, Place
from storesync.guidelines.models import Outcome, TryOut, TryOutHit
from storesync.guidelines.queries import check_content, compiled, location_paths
from storesync.guidelines.rules import read_rules

MOST: Final = 10_000
"""Campaigns that one try-out may look at."""
KEPT: Final = 5
"""Try-outs of a brand that are kept; older ones go when another is asked for."""
CHUNK: Final = 200
LOST: Final = timedelta(seconds=30)
"""How long a try-out may wait before its message is taken for lost."""
STALE: Final = timedelta(minutes=5)
"""How long a try-out may show no progress before it is done again."""


def run_try_out(*, try_out: TryOut) -> None:
    """Do what `start_try_out` asked for. Begun anew when a worker died: it only reads campaigns."""
    job = try_out.job
    if job is None or job.is_over:
        return
    if not begin(job.pk) and job.updated_at > timezone.now() - STALE:
        return  # another worker is at it
    language = try_out.asked_by.language if try_out.asked_by else ""
    with translation.override(language or translation.get_language()):
        _run(try_out, job.pk)


def _run(try_out: TryOut, job_id: UUID) -> None:
    tried = Compiled(read_rules(try_out.rules))
    base = compiled(try_out.base_id) if try_out.base_id else None
    TryOutHit.objects.filter(try_out=try_out).delete()
    ids = _past(try_out)
    advance(job_id, done=0, total=len(ids))
    counts, by_rule, new_by_rule = Counter[str](), Counter[str](), Counter[str]()
    done = 0
    for start in range(0, len(ids), CHUNK):
        hits = []
        for revision, now, before in _checked(ids[start : start + CHUNK], tried, base):
            done += 1
            outcome = _outcome(now, before)
            if outcome is None:
                continue
            known = {(one.rule, one.code, one.block_id, one.field) for one in before}
            new = {one.rule for one in now if (one.rule, one.code, one.block_id, one.field) not in known}
            rules = {one.rule for one in now}
            by_rule.update(rules)
            new_by_rule.update(new)
            counts[outcome] += 1
            counts["blocked"] += any(one.level == "error" for one in now)
            counts["warned"] += bool(now) and all(one.level != "error" for one in now)
            hits.append(
                TryOutHit(
                    brand_id=try_out.brand_id,
                    try_out=try_out,
                    revision=revision,
                    outcome=outcome,
                    rule_ids=sorted(rules),
                    findings=[
                        {
                            "rule": one.rule,
                            "level": one.level,
                            "message": one.message,
                            "mend": one.mend,
                            "new": one.rule in new,
                        }
                        for one in now
                    ],
                )
            )
        TryOutHit.objects.bulk_create(hits)
        if not advance(job_id, done=done):
            finish(job_id, result={}, message=_("Stopped before every campaign was checked."))
            return
    TryOut.objects.filter(pk=try_out.pk).update(
        checked=done,
        blocked=counts["blocked"],
        warned=counts["warned"],
        newly_blocked=counts[Outcome.NEWLY_BLOCKED],
        newly_warned=counts[Outcome.NEWLY_WARNED],
        freed=counts[Outcome.FREED],
        by_rule={rule: {"hits": n, "new": new_by_rule[rule]} for rule, n in by_rule.items()},
        done_at=Now(),
    )
    finish(job_id, result={}, message=_("Every campaign was checked."))


def _past(try_out: TryOut) -> list[UUID]:
    """The newest revision of each owner, the newest first; keys are in the order of time."""
    newer = Revision.objects.filter(
        owner_kind=OuterRef("owner_kind"), owner_id=OuterRef("owner_id"), number__gt=OuterRef("number")
    )
    found = Revision.objects.filter(~Exists(newer), brand_id=try_out.brand_id)
    if try_out.since:
        found = found.filter(created_at__date__gte=try_out.since)
    return list(found.order_by("-pk").values_list("pk", flat=True)[: try_out.most])


def _checked(
    ids: Sequence[UUID], tried: Compiled, base: Compiled | None
) -> Iterator[tuple[Revision, list[Finding], list[Finding]]]:
    """Each revision with what the tried rules and those in force say about it."""
    revisions = list(Revision.objects.filter(pk__in=ids).order_by("-pk"))
    owners = describe(revisions)
    paths = location_paths(revision.location_id for revision in revisions)
    for revision in revisions:
        owner: OwnerInfo | None = owners.get(revision.pk)
        variables = owner.base_content.variables if owner and owner.base_content else {}
        message = Message.of_revision(revision, variables)
        place = Place.of(
            paths.get(revision.location_id, ()), revision.facts, owner.campaign_type if owner else ""
        )
        yield revision, tried.check(message, place), check_content(base, message, place)


def _outcome(now: Iterable[Finding], before: Iterable[Finding]) -> Outcome | None:
    """What changes for one campaign; None when neither says anything about it."""
    now, before = list(now), list(before)
    blocks, blocked = (any(one.level == "error" for one in found) for found in (now, before))
    if blocks and not blocked:
        return Outcome.NEWLY_BLOCKED
    if blocked and not blocks:
        return Outcome.FREED
    known = {(one.rule, one.code) for one in before}
    if any((one.rule, one.code) not in known for one in now):
        return Outcome.NEWLY_WARNED if not blocks else Outcome.KNOWN
    return Outcome.KNOWN if now else None


def hits_of(try_out: TryOut) -> Any:
    """Its campaigns, with their stores, most telling first."""
    return (
        TryOutHit.objects.filter(try_out=try_out)
        .select_related("revision__location")
        .defer("revision__html", "revision__text", "revision__blocks")
    )


def fail_try_out(*, try_out: TryOut) -> None:
    """End a try-out that met an error, where people see it."""
    if try_out.job_id:
        fail(try_out.job_id, message=_("The try-out met an error. Ask for it again."))
