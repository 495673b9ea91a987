"""Writes of contacts, lists of recipients and suppressions."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.audience.addresses import address_hash
from storesync.audience.models import (
    AudienceEntry,
    AudienceList,
    Consent,
    Contact,
    Suppression,
    SuppressionReason,
)
from storesync.audience.parsing import RecipientRow, RowProblem, parse_recipients
from storesync.audience.permissions import can_add_recipients
from storesync.audience.queries import suppressed_hashes
from storesync.brands.models import Brand, Location
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_CONTACT
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.core.scoping import all_brands, require_scope

if TYPE_CHECKING:
    from storesync.accounts.models import User

# What is known is never blanked by a row that does not say it; consent is not touched at all (Rule C3).
_UPSERT: Final = """
INSERT INTO audience_contact AS known
    (id, brand_id, address, mailbox, address_hash, first_name, last_name, fields, language, location_id,
     source, consent, created_at, updated_at)
SELECT id, %(brand)s, address, mailbox, hash, first_name, last_name, fields::jsonb, language, location_id,
       %(source)s, %(consent)s, now(), now()
FROM unnest(%(ids)s::uuid[], %(addresses)s::text[], %(mailboxes)s::text[], %(hashes)s::text[],
            %(firsts)s::text[], %(lasts)s::text[], %(fields)s::text[], %(languages)s::text[],
            %(locations)s::uuid[])
     AS given (id, address, mailbox, hash, first_name, last_name, fields, language, location_id)
ORDER BY address
ON CONFLICT (brand_id, address) WHERE erased_at IS NULL DO UPDATE SET
    first_name = coalesce(nullif(excluded.first_name, ''), known.first_name),
    last_name = coalesce(nullif(excluded.last_name, ''), known.last_name),
    fields = known.fields || excluded.fields,
    language = coalesce(nullif(excluded.language, ''), known.language),
    location_id = coalesce(known.location_id, excluded.location_id),
    updated_at = now()
RETURNING address, id
"""


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What became of the rows that were handed in.

    Attributes:
        list: the immutable list that was made; None when no row could be taken.
        accepted: people in the list.
        duplicates: rows whose person was in the list already (Rule S11).
        suppressed: of those accepted, how many will not be mailed; they stay in the list, counted.
        problems: rows that could not be taken, with their reasons.
        by_location: people by location.
    """

    list: AudienceList | None
    accepted: int
    duplicates: int
    suppressed: int
    problems: Sequence[RowProblem]
    by_location: dict[UUID, int] = field(default_factory=dict)

    @property
    def invalid(self) -> int:
        """How many rows could not be taken."""
        return len(self.problems)


@dataclass(frozen=True, slots=True)
class RecipientChange:
    """What became of the recipients of one location.

    Attributes:
        list: the new list; None where nothing has changed, or nobody is left.
        people: ids of the contacts who are meant now, in order.
        added, removed: people who came and went.
        duplicates: rows whose person was there already.
        unknown: addresses to take out that were not there.
        problems: rows that could not be taken, with their reasons.
    """

    list: AudienceList | None
    people: Sequence[UUID]
    added: int
    removed: int
    duplicates: int
    unknown: int
    problems: Sequence[RowProblem]

    @property
    def changed(self) -> bool:
        """Whether other people are meant than before."""
        return bool(self.added or self.removed)


@dataclass(frozen=True, slots=True)
class _Placed:
    row: RecipientRow
    location_id: UUID


def add_recipients(
    *,
    brand: Brand,
    source: str,
    actor: "User | None",
    text: str = "",
    rows: Iterable[RecipientRow | RowProblem] = (),
    locations: Iterable[Location] | None = None,
    name: str = "",
    fields: Collection[str] = (),
) -> RecipientReport:
    """Read recipients, know them as Contacts, and make an immutable list of them.

    Args:
        source: where they come from, for the record ("paste", a file's name).
        actor: who hands them in; None for a command.
        text: a paste or the text of a file (`parsing.decode` reads its bytes); or
        rows: what `parsing.parse_recipients` gave.
        locations: the stores they may be for; None for every store of the brand. A row without a store
            number belongs to the only one of them, else to the store its person is known at.
        name: what people call the list.
        fields: which further columns are kept, as `parsing.field_name` calls them; the others are not, as
            nobody needs them.

    Raises:
        PermissionDenied: the actor may neither manage the brand's contacts nor edit campaigns of all stores
            concerned.
        ActionRefused: nothing was handed in.

    An import never raises consent and never revives a suppressed address (Rule C3). A person named twice is
    in the list once, at the first store (Rule S11).
    """
    require_scope(brand.pk)
    read = list(rows) or list(parse_recipients(text))
    if not read:
        raise ActionRefused(_("There are no recipients in it."))
    with audited("recipients.added", actor=actor, source=source[:200]):
        placed, problems, duplicates = _place(brand, read, None if locations is None else list(locations))
        stores = {one.location_id for one in placed}
        if actor is not None and not can_add_recipients(actor, brand, stores):
            raise PermissionDenied
        if not placed:
            return RecipientReport(None, 0, duplicates, 0, problems)
        contacts = _know(brand.pk, placed, source[:200], fields)
        pairs = sorted((one.location_id, contacts[one.row.address.identity]) for one in placed)
        made = _make_list(brand, pairs, name=name, source=source)
        hashes = {address_hash(one.row.address.identity) for one in placed}
        by_location: dict[UUID, int] = {}
        for one in placed:
            by_location[one.location_id] = by_location.get(one.location_id, 0) + 1
        return RecipientReport(
            made, len(placed), duplicates, len(suppressed_hashes(brand.pk, hashes)), problems, by_location
        )


def change_recipients_of(
    *,
    location: Location,
    before: UUID | None,
    actor: "User",
    add: str = "",
    take_out: str = "",
    contacts: Collection[UUID] = (),
    replace: bool = False,
    source: str,
    name: str = "",
    fields: Collection[str] = (),
) -> RecipientChange:
    """The recipients of one location in a list, changed: another immutable list (Rule A3).

    Args:
        before: the list that they are in now; None for nobody.
        add: a paste or the text of a file. take_out: the same, of people who are not to get it.
        contacts: ids of people to take out.
        replace: whether only those of `add` are meant from now on.
        source, name, fields: see `add_recipients`.

    Raises:
        PermissionDenied: the actor may neither manage the brand's contacts nor edit campaigns of the store.
        ActionRefused: something was to be added, and none of it could be read.
    """
    brand = location.brand
    require_scope(brand.pk)
    with audited("recipients.changed", actor=actor, source=source[:200]):
        if not can_add_recipients(actor, brand, {location.pk}):
            raise PermissionDenied
        old: set[UUID] = set()
        if before is not None:
            entries = AudienceEntry.objects.filter(list_id=before, location=location)
            old = set(entries.values_list("contact_id", flat=True))
        placed, problems, duplicates = _place(brand, list(parse_recipients(add)), [location])
        if add.strip() and not placed:
            reason = problems[0].reason if problems else ""
            raise ActionRefused(_("No recipient could be read. %(reason)s") % {"reason": reason})
        known = set(_know(brand.pk, placed, source[:200], fields).values()) if placed else set()
        named, unknown = _named(brand, take_out)
        gone = (old if replace else old & ({*contacts} | named)) - known
        people = sorted((old - gone) | known)
        made = None
        if people and set(people) != old:
            made = _make_list(brand, [(location.pk, one) for one in people], name=name, source=source)
        return RecipientChange(
            list=made,
            people=people,
            added=len(known - old),
            removed=len(gone),
            duplicates=duplicates + len(known & old),
            unknown=unknown + len(named - old),
            problems=problems,
        )


def _named(brand: Brand, text: str) -> tuple[set[UUID], int]:
    """The contacts whose addresses a text names, and how many of its rows are nobody's."""
    rows = list(parse_recipients(text)) if text.strip() else []
    wanted = {row.address.identity for row in rows if isinstance(row, RecipientRow)}
    found = Contact.objects.filter(brand=brand, address__in=wanted, erased_at__isnull=True)
    ids = set(found.values_list("pk", flat=True))
    return ids, len(wanted) - len(ids) + sum(isinstance(row, RowProblem) for row in rows)


def _make_list(brand: Brand, pairs: Sequence[tuple[UUID, UUID]], *, name: str, source: str) -> AudienceList:
    """An immutable list of sorted (location, contact) pairs."""
    made: AudienceList = AudienceList.objects.create(
        brand=brand,
        name=name[:200],
        source=source[:200],
        count=len(pairs),
        digest=hashlib.sha256(";".join(f"{place},{person}" for place, person in pairs).encode()).hexdigest(),
    )
    AudienceEntry.objects.bulk_create(
        (
            AudienceEntry(brand=brand, list=made, location_id=place, contact_id=person)
            for place, person in pairs
        ),
        batch_size=5000,
    )
    return made


def _place(
    brand: Brand, read: Sequence[RecipientRow | RowProblem], locations: list[Location] | None
) -> tuple[list[_Placed], list[RowProblem], int]:
    """Find the store of every row; name those that have none, and count people named twice."""
    rows = [row for row in read if isinstance(row, RecipientRow)]
    problems = [row for row in read if isinstance(row, RowProblem)]
    if locations is None:
        numbers = {row.store_number for row in rows if row.store_number}
        known = Location.objects.filter(brand=brand, store_number__in=numbers)
        stores = {store.store_number: store.pk for store in known}
    else:
        stores = {store.store_number: store.pk for store in locations if store.brand_id == brand.pk}
    only = next(iter(stores.values())) if locations is not None and len(stores) == 1 else None
    homeless = [row.address.identity for row in rows if not row.store_number] if only is None else []
    homes = dict(
        Contact.objects.filter(brand=brand, address__in=homeless, location__isnull=False).values_list(
            "address", "location_id"
        )
    )
    allowed = None if locations is None else set(stores.values())
    placed: dict[str, _Placed] = {}
    duplicates = 0
    for row in rows:
        identity = row.address.identity
        if identity in placed:
            duplicates += 1
            continue
        if row.store_number:
            location = stores.get(row.store_number) or stores.get(row.store_number.lstrip("0"))
            if location is None:
                reason = _("There is no store %(number)s here.") % {"number": row.store_number}
                problems.append(RowProblem(row.row, identity, reason))
                continue
        else:
            location = only or homes.get(identity)
            if location is None or (allowed is not None and location not in allowed):
                problems.append(RowProblem(row.row, identity, _("It is not known which store this is for.")))
                continue
        placed[identity] = _Placed(row, location)
    return list(placed.values()), sorted(problems, key=lambda problem: problem.row), duplicates


def _know(brand_id: UUID, placed: Sequence[_Placed], source: str, fields: Collection[str]) -> dict[str, UUID]:
    """Insert or complete the contacts in one statement; ids by address."""
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            {
                "brand": brand_id,
                "source": source,
                "consent": Consent.UNKNOWN.value,
                "ids": [new_id() for _one in placed],
                "addresses": [one.row.address.identity for one in placed],
                "mailboxes": [one.row.address.mailbox for one in placed],
                "hashes": [address_hash(one.row.address.identity) for one in placed],
                "firsts": [one.row.first_name for one in placed],
                "lasts": [one.row.last_name for one in placed],
                "fields": [
                    json.dumps({name: one.row.fields[name] for name in fields if name in one.row.fields})
                    for one in placed
                ],
                "languages": [one.row.language for one in placed],
                "locations": [one.location_id for one in placed],
            },
        )
        return dict(cursor.fetchall())


def suppress(*, contact_id: UUID, reason: SuppressionReason, company: bool = False) -> bool:
    """Stop mail to the address of a contact, by its brand or by the whole company; at once (Rule C2, S9).

    Called for the person themselves and by the engine, so it asks for no right; the caller's scope must hold
    the contact. Returns False when that was so already, or the contact is erased.
    """
    with audited(f"contact.{reason}", actor=None):
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
        if contact.erased_at is not None:
            return False
        if reason == SuppressionReason.UNSUBSCRIBED and contact.consent != Consent.WITHDRAWN:
            contact.consent = Consent.WITHDRAWN
            contact.save(update_fields=["consent"])
        return _add_suppression(None if company else contact.brand_id, contact.address_hash, reason)


def _add_suppression(brand_id: UUID | None, hashed: str, reason: SuppressionReason) -> bool:
    with all_brands("a suppression may be for the whole company, which is no brand's row"):
        same = Q(brand_id=brand_id) if brand_id else Q(brand__isnull=True)
        if Suppression.objects.filter(same, address_hash=hashed, reason=reason).exists():
            return False
        Suppression.objects.bulk_create(
            [Suppression(brand_id=brand_id, address_hash=hashed, reason=reason)], ignore_conflicts=True
        )
        return True


def erase_contact(*, contact: Contact, actor: "User | None") -> None:
    """Erase a person's data for good, and keep the keyed hash that keeps them from being mailed (Rule C3).

    Raises:
        PermissionDenied: the actor does not manage the brand's contacts.
    """
    with audited("contact.erased", actor=actor):
        contact = Contact.objects.select_for_update(of=("self",)).select_related("brand").get(pk=contact.pk)
        if actor is not None and not can(actor, MANAGE_CONTACT, contact.brand):
            raise PermissionDenied
        if contact.erased_at is not None:
            return
        _add_suppression(contact.brand_id, contact.address_hash, SuppressionReason.ERASED)
        contact.address = contact.mailbox = contact.address_hash = ""
        contact.first_name = contact.last_name = contact.language = ""
        contact.fields = {}
        contact.location = None
        contact.erased_at = Now()
        contact.save()
