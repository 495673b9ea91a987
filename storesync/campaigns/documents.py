"""What templates and campaigns say, for search by meaning: words of people, no variable and no recipient."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.meaning.actions import Document

TEMPLATE: Final = "campaigns.template"
CAMPAIGN: Final = "campaigns.campaign"
PUBLISHED: Final = "published"

_WORDS: Final = ("kicker", "title", "text", "value", "label", "conditions", "alt", "name", "note")
_NOT_SAID: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\]\([^)]*\)|[*_\[]", re.DOTALL)
_STANDING: Final = frozenset({"legal", "store_details"})
"""Blocks that say the same in every mail."""


def template_document(version: TemplateVersion) -> Document:
    """A published version, as the document of its template: what it says now is what is found."""
    template = version.template
    return Document(
        kind=TEMPLATE,
        object_id=template.pk,
        text=_text(template.name, version.subject, version.preheader, version.blocks),
        language=template.brand.language,
        campaign_type=template.campaign_type,
        starts_on=version.created_at.date(),
        outcome=PUBLISHED,
    )


def campaign_document(campaign: LocationCampaign) -> Document:
    """A campaign that went out, by its approved revision; its outcome is its status."""
    revision, location = campaign.approved_revision, campaign.location
    assert revision is not None  # noqa: S101 - the database holds it: campaign_approved_has_revision
    return Document(
        kind=CAMPAIGN,
        object_id=campaign.pk,
        text=_text(campaign.name, revision.subject, revision.preheader, revision.blocks),
        language=campaign.brand.language,
        campaign_type=campaign.template_version.template.campaign_type,
        region_path=location.region.path if location.region else (),
        starts_on=campaign.activated_at.date() if campaign.activated_at else None,
        outcome=campaign.status,
    )


def _text(name: str, subject: str, preheader: str, blocks: Iterable[Mapping[str, Any]]) -> str:
    said = [name, subject, preheader, *_said(block for block in blocks if block["type"] not in _STANDING)]
    lines = (" ".join(_NOT_SAID.sub(" ", line).split()) for line in said)
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _said(parts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for part in parts:
        yield from (part[key] for key in _WORDS if part.get(key))
        yield from _said(part.get("products", ()))
