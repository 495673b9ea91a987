"""Whether what the database holds is what was written: steps, archive, seals, revisions, and what they say.

Chains are verified by the database itself, some thousand steps at a time; revisions by Python, which made
their hash. Nothing is changed.
"""
# Names of tables and columns are our own.
# ruff: noqa: S608

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from storesync.approvals.evidence.canonical import seal_hash, step_hash
from storesync.approvals.models import ApprovalStep, ApprovalStepArchive, SubmissionItem
from storesync.brands.models import Brand
from storesync.content.models import Revision
from storesync.core.scoping import require_scope

MOST: Final = 20
"""Breaks that are told; one is enough to ask questions."""
SEALED_WITHIN: Final = timedelta(days=2)
"""A step older than this must be sealed."""
_AT_ONCE: Final = 20_000
_CHUNK: Final = 200

Progress = Callable[[str, int], None]
"""Told the part ("steps", "seals", "revisions") and how many were looked at in all."""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the evidence does not hold, in words for people.

    Attributes:
        owner_kind, owner_id: what the step, seal or revision belongs to; empty of a seal.
        name: what the owner was called when it was handed in.
        number: of the step, the seal or the revision.
    """

    brand: str
    part: str
    what: str
    owner_kind: str = ""
    owner_id: str = ""
    name: str = ""
    number: int | None = None

    def __str__(self) -> str:
        owner = f"{self.owner_kind} {self.owner_id}".strip()
        whose = f", {owner}" + (f" “{self.name}”" if self.name else "") if owner else ""
        return f"{self.brand}{whose}: {self.what}"


@dataclass(slots=True)
class Verified:
    """What was looked at, and what did not hold, the first break of each part first."""

    steps: int = 0
    seals: int = 0
    revisions: int = 0
    breaks: list[Break] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.breaks

    def add(self, found: Iterator[Break]) -> None:
        """Take what was found, up to MOST."""
        for one in found:
            if len(self.breaks) < MOST:
                self.breaks.append(one)


def silent(part: str, done: int) -> None:
    """For whoever wants to hear nothing."""


def size_of(brand: Brand) -> int:
    """How many steps and revisions there are to look at."""
    require_scope(brand.pk)
    models = (ApprovalStep, ApprovalStepArchive, Revision)
    return sum(model.objects.filter(brand=brand).order_by().count() for model in models)


def verify(
    brand: Brand,
    *,
    progress: Progress = silent,
    revisions: bool = True,
    result: Verified | None = None,
) -> Verified:
    """Look at everything that a brand can show: its chains in steps and archive, seals, revisions.

    Args:
        progress: called after each part of the work.
        revisions: compute the hash of every revision anew too, which takes longest.
        result: filled as it goes on, for whoever stops it by raising in `progress`.
    """
    require_scope(brand.pk)
    result = result or Verified()
    result.add(_steps(brand, result, progress))
    result.add(_items(brand))
    result.add(_seals(brand, result))
    progress("seals", result.seals)
    if revisions:
        result.add(_revisions(brand, result, progress))
    return result


class _Link(NamedTuple):
    kind: str
    owner: str
    number: int
    before: int | None
    whole: bool
    linked: bool


def _kept(table: str) -> str:
    return f"""
    SELECT s.owner_kind, s.owner_id, s.number, s.hash, s.previous_hash, s.hash = {step_hash("s")} AS whole
    FROM {table} s
    WHERE s.brand_id = %(brand)s AND (s.owner_kind, s.owner_id) > (%(kind)s, %(owner)s)
    AND (%(last)s OR (s.owner_kind, s.owner_id) <= (%(to_kind)s, %(to_owner)s))
    """


_LINKS: Final = f"""
WITH kept AS ({_kept("approvals_approvalstep")} UNION ALL {_kept("approvals_approvalsteparchive")}),
linked AS (
    SELECT owner_kind, owner_id, number, whole, lag(number) OVER chain AS before,
        previous_hash = COALESCE(lag(hash) OVER chain, '') AS linked
    FROM kept WINDOW chain AS (PARTITION BY owner_kind, owner_id ORDER BY number)
)
SELECT count(*), json_agg(json_build_array(owner_kind, owner_id, number, before, whole, linked)
    ORDER BY owner_kind, owner_id, number)
    FILTER (WHERE NOT whole OR NOT linked OR number <> COALESCE(before, 0) + 1)
FROM linked
"""
_END: Final = """
(SELECT owner_kind, owner_id FROM approvals_approvalstep
 WHERE brand_id = %(brand)s AND (owner_kind, owner_id) > (%(kind)s, %(owner)s)
 ORDER BY owner_kind, owner_id OFFSET %(most)s LIMIT 1)
UNION ALL
(SELECT owner_kind, owner_id FROM approvals_approvalsteparchive
 WHERE brand_id = %(brand)s AND (owner_kind, owner_id) > (%(kind)s, %(owner)s)
 ORDER BY owner_kind, owner_id OFFSET %(most)s LIMIT 1)
ORDER BY owner_kind, owner_id LIMIT 1
"""


def _steps(brand: Brand, result: Verified, progress: Progress) -> Iterator[Break]:
    """The chains, a few thousand steps at a time, whole chains always together."""
    at: dict[str, Any] = {"brand": brand.pk, "kind": "", "owner": UUID(int=0), "most": _AT_ONCE}
    last = False
    while not last:
        with connection.cursor() as cursor:
            cursor.execute(_END, at)
            end = cursor.fetchone()
            last = end is None
            to_kind, to_owner = end or ("", UUID(int=0))
            cursor.execute(_LINKS, at | {"last": last, "to_kind": to_kind, "to_owner": to_owner})
            count, broken = cursor.fetchone()
        at |= {"kind": to_kind, "owner": to_owner}
        result.steps += count
        yield from _told(brand, [_Link(*one) for one in broken or []])
        progress("steps", result.steps)


def _told(brand: Brand, links: list[_Link]) -> Iterator[Break]:
    names = _names(UUID(link.owner) for link in links[:MOST])
    for link in links[:MOST]:
        expected = (link.before or 0) + 1
        if link.number != expected:
            what = _("step %(number)s is missing.") % {"number": expected}
        elif not link.whole:
            what = _("step %(number)s was changed: what it holds does not give its hash.")
            what %= {"number": link.number}
        else:
            what = _("step %(number)s does not follow the step before it: one of the two was put there.")
            what %= {"number": link.number}
        yield _of(brand, "steps", link.kind, UUID(link.owner), what, names, expected)


def _names(owners: Any) -> dict[UUID, str]:
    found = SubmissionItem.objects.filter(owner_id__in=set(owners)).order_by("id")
    return dict(found.values_list("owner_id", "name"))


def _of(
    brand: Brand,
    part: str,
    kind: str,
    owner: UUID,
    what: str,
    names: dict[UUID, str],
    number: int | None = None,
) -> Break:
    name = names.get(owner, "")
    return Break(brand.slug, part, what, owner_kind=kind, owner_id=str(owner), name=name, number=number)


# Every revision handed in has a step, and what was decided about it the step that says so.
_ITEMS: Final = """
SELECT item.owner_kind, item.owner_id, item.state FROM approvals_submissionitem item
JOIN approvals_submission submission ON submission.id = item.submission_id
WHERE item.brand_id = %(brand)s
AND (item.state NOT IN ('waiting', 'moved') OR (submission.parent_id IS NULL AND item.state <> 'moved'))
AND NOT EXISTS (
    SELECT FROM approvals_approvalstep step WHERE step.item_id = item.id
    AND step.decision = CASE item.state WHEN 'waiting' THEN 'submitted' ELSE item.state END)
AND NOT EXISTS (
    SELECT FROM approvals_approvalsteparchive step WHERE step.item_id = item.id
    AND step.decision = CASE item.state WHEN 'waiting' THEN 'submitted' ELSE item.state END)
ORDER BY item.id LIMIT %(most)s
"""


def _items(brand: Brand) -> Iterator[Break]:
    rows = _rows(_ITEMS, brand=brand.pk, most=MOST)
    names = _names(owner for _kind, owner, _state in rows)
    for kind, owner, state in rows:
        what = _("it is “%(state)s”, and the step that says so is missing.") % {"state": state}
        yield _of(brand, "steps", kind, owner, what, names)


_SEALS: Final = f"""
WITH heads AS (
    SELECT seal_id, owner_kind, owner_id, number, head,
        number - COALESCE(lag(number) OVER chain, 0) AS growth
    FROM approvals_sealedhead WHERE brand_id = %(brand)s
    WINDOW chain AS (PARTITION BY owner_kind, owner_id ORDER BY number)
), sums AS (
    SELECT seal_id, count(*) AS chains, sum(growth) AS growth, encode(sha256(convert_to(string_agg(
        owner_kind || ':' || owner_id || ':' || number || ':' || head || chr(10), ''
        ORDER BY owner_kind COLLATE "C", owner_id), 'UTF8')), 'hex') AS heads_hash
    FROM heads GROUP BY seal_id
)
SELECT seal.number, seal.day, lag(seal.number) OVER chain, seal.hash = {seal_hash("seal")},
    seal.previous_hash = COALESCE(lag(seal.hash) OVER chain, ''),
    seal.chains = COALESCE(sums.chains, 0)
        AND seal.heads_hash = COALESCE(sums.heads_hash, encode(sha256(''), 'hex'))
        AND seal.steps = COALESCE(lag(seal.steps) OVER chain, 0) + COALESCE(sums.growth, 0)
FROM approvals_evidenceseal seal LEFT JOIN sums ON sums.seal_id = seal.id
WHERE seal.brand_id = %(brand)s WINDOW chain AS (ORDER BY seal.number) ORDER BY seal.number
"""
_HEADS: Final = """
SELECT head.owner_kind, head.owner_id, head.number, seal.day, COALESCE(step.hash, old.hash) IS NULL
FROM approvals_sealedhead head
LEFT JOIN approvals_evidenceseal seal ON seal.id = head.seal_id
LEFT JOIN approvals_approvalstep step ON step.brand_id = head.brand_id AND step.owner_kind = head.owner_kind
    AND step.owner_id = head.owner_id AND step.number = head.number
LEFT JOIN approvals_approvalsteparchive old ON old.brand_id = head.brand_id
    AND old.owner_kind = head.owner_kind AND old.owner_id = head.owner_id AND old.number = head.number
WHERE head.brand_id = %(brand)s
AND (seal.id IS NULL OR COALESCE(step.hash, old.hash) IS DISTINCT FROM head.head)
ORDER BY head.id LIMIT %(most)s
"""
_UNSEALED: Final = """
SELECT step.owner_kind, step.owner_id, step.number FROM approvals_approvalstep step
WHERE step.brand_id = %(brand)s AND step.created_at < now() - %(within)s
AND NOT EXISTS (
    SELECT FROM approvals_sealedhead head WHERE head.brand_id = step.brand_id
    AND head.owner_kind = step.owner_kind AND head.owner_id = step.owner_id AND head.number >= step.number)
ORDER BY step.created_at LIMIT 1
"""


def _seals(brand: Brand, result: Verified) -> Iterator[Break]:
    for number, day, before, whole, linked, fits in _rows(_SEALS, brand=brand.pk):
        result.seals += 1
        words = {"number": number, "day": day, "missing": (before or 0) + 1}
        what = ""
        if number != (before or 0) + 1:
            what = _("seal %(missing)s is missing.")
        elif not whole:
            what = _("seal %(number)s of %(day)s was changed: what it holds does not give its hash.")
        elif not linked:
            what = _("seal %(number)s of %(day)s does not follow the seal before it.")
        elif not fits:
            what = _("seal %(number)s of %(day)s does not fit the campaigns that it sealed.")
        if what:
            yield Break(brand.slug, "seals", what % words, number=number)
    heads = _rows(_HEADS, brand=brand.pk, most=MOST)
    names = _names(owner for _kind, owner, *_rest in heads)
    for kind, owner, number, day, is_missing in heads:
        words = {"number": number, "day": day or "?"}
        what = _("step %(number)s, sealed on %(day)s, is missing.")
        if not is_missing:
            what = _("step %(number)s is not the one that was sealed on %(day)s.")
        yield _of(brand, "seals", kind, owner, what % words, names, number)
    if result.seals:
        for kind, owner, number in _rows(_UNSEALED, brand=brand.pk, within=SEALED_WITHIN):
            what = _("step %(number)s was never sealed: the seal of its day is missing, or no worker ran.")
            yield _of(brand, "seals", kind, owner, what % {"number": number}, _names([owner]), number)


# A composite key holds these together; who got past it is found here.
_PINS: Final = """
SELECT step.owner_kind, step.owner_id, step.number, 'step' FROM approvals_approvalstep step
LEFT JOIN content_revision revision ON revision.id = step.revision_id
WHERE step.brand_id = %(brand)s AND (revision.content_hash, revision.owner_kind, revision.owner_id)
    IS DISTINCT FROM (step.content_hash, step.owner_kind, step.owner_id)
UNION ALL
SELECT revision.owner_kind, revision.owner_id, revision.number, 'approval' FROM content_approval approval
JOIN content_revision revision ON revision.id = approval.revision_id
WHERE approval.brand_id = %(brand)s AND approval.content_hash <> revision.content_hash
LIMIT %(most)s
"""


def _revisions(brand: Brand, result: Verified, progress: Progress) -> Iterator[Break]:
    rows = _rows(_PINS, brand=brand.pk, most=MOST)
    names = _names(owner for _kind, owner, *_rest in rows)
    for kind, owner, number, which in rows:
        what = _("the approval of revision %(number)s is of another content.")
        if which == "step":
            what = _("step %(number)s names a revision of another content.")
        yield _of(brand, "revisions", kind, owner, what % {"number": number}, names, number)
    for revision in Revision.objects.filter(brand=brand).order_by("pk").iterator(chunk_size=_CHUNK):
        result.revisions += 1
        if result.revisions % _CHUNK == 0:
            progress("revisions", result.revisions)
        if not _is_whole(revision):
            owner, words = revision.owner_id, {"number": revision.number}
            what = _("revision %(number)s was changed: its content does not give its hash.") % words
            names = _names([owner])
            yield _of(brand, "revisions", revision.owner_kind, owner, what, names, revision.number)
    progress("revisions", result.revisions)


def _is_whole(revision: Revision) -> bool:
    try:
        return revision.recompute_hash() == revision.content_hash
    except TypeError:
        # A number with a point has no canonical form, so it was never hashed.
        return False


def _rows(query: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
