"""Whether a pack is whole: by itself, and against the database it was made from."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from storesync.approvals.evidence.canonical import SEAL_COLUMNS, SEAL_FORM, STEP_FORM, step_told
from storesync.approvals.evidence.pack import PACK_FORM, chain_of, digest_of_pack, write_pack
from storesync.approvals.models import EvidenceSeal
from storesync.content.hashing import PARTS, content_hash
from storesync.content.models import Revision

LARGEST: Final = 50_000_000
"""Bytes of a pack; a real one has some hundred thousand."""


class NoPack(Exception):
    """The file is no evidence pack."""


def read_pack(data: bytes) -> dict[str, Any]:
    """The pack that a file holds.

    Raises:
        NoPack: it holds none.
    """
    try:
        pack = json.loads(data.decode()) if len(data) <= LARGEST else None
    except (ValueError, RecursionError):
        pack = None
    if not isinstance(pack, dict) or pack.get("form") != PACK_FORM:
        raise NoPack
    return pack


def check_pack(data: bytes) -> list[str]:
    """What does not hold in a pack by itself, the first first; needs no database.

    Raises:
        NoPack: the file is none.
    """
    pack = read_pack(data)
    try:
        return list(_alone(pack, data))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return [_("the pack is not complete, or something in it is of the wrong kind.")]


def _alone(pack: dict[str, Any], data: bytes) -> Iterator[str]:
    before = ""
    for number, step in enumerate(pack["steps"], start=1):
        told = step_told(step["values"])
        if hash_of(step["values"]) != step["hash"] or told["form"] != STEP_FORM:
            yield _("step %(number)s was changed: what it holds does not give its hash.") % {"number": number}
        elif told["number"] != number:
            yield _("step %(number)s is missing.") % {"number": number}
        elif told["previous_hash"] != before:
            yield _("step %(number)s does not follow the step before it: one of the two was put there.") % {
                "number": number
            }
        elif (told["brand_id"], told["owner_id"]) != (pack["brand"]["id"], pack["campaign"]["id"]):
            yield _("step %(number)s is of another campaign.") % {"number": number}
        before = step["hash"]
    content = pack["content"]
    if content_hash(**{name: content["parts"][name] for name in PARTS}) != content["content_hash"]:
        yield _("the content was changed: it does not give its hash.")
    if hashlib.sha256(content["parts"]["html"].encode()).hexdigest() != content["html_sha256"]:
        yield _("the HTML was changed: it does not give its hash.")
    yield from _sealed(pack)
    if digest_of_pack(pack) != pack["digest"] or write_pack(pack) != data:
        yield _("the file was changed: it does not give its digest.")


def _sealed(pack: dict[str, Any]) -> Iterator[str]:
    seal = pack["seal"]
    if seal is None:
        return
    told = dict(zip(("form", *SEAL_COLUMNS), seal["values"], strict=True))
    if hash_of(seal["values"]) != seal["hash"] or told["form"] != SEAL_FORM:
        yield _("the seal was changed: what it holds does not give its hash.")
    number = seal["step_number"]
    if not 1 <= number <= len(pack["steps"]) or pack["steps"][number - 1]["hash"] != seal["step_hash"]:
        yield _("step %(number)s is not the one that was sealed.") % {"number": number}


def hash_of(values: list[Any]) -> str:
    """The hash of a step or seal by its array: all that an outsider needs (docs/evidence.md)."""
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def check_against_database(pack: dict[str, Any]) -> list[str]:
    """What the database says differently from a whole pack; in the scope of the pack's brand.

    Later steps and other sums of deliveries are no difference: the pack tells of its moment.
    """
    return list(_against(pack))


def _against(pack: dict[str, Any]) -> Iterator[str]:
    campaign = pack["campaign"]
    stored = {step.number: step.hash for step in chain_of(campaign["kind"], UUID(campaign["id"]))}
    for number, step in enumerate(pack["steps"], start=1):
        if number not in stored:
            yield _("step %(number)s of the pack is not in the database.") % {"number": number}
        elif stored[number] != step["hash"]:
            yield _("step %(number)s is another one in the database.") % {"number": number}
    content = pack["content"]
    hashes = Revision.objects.filter(pk=content["revision"]).values_list("content_hash", flat=True)
    if list(hashes) != [content["content_hash"]]:
        yield _("the content is another one in the database.")
    seal = pack["seal"]
    if seal and not EvidenceSeal.objects.filter(pk=seal["values"][1], hash=seal["hash"]).exists():
        yield _("the seal of the pack is not in the database.")
