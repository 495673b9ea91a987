"""All checks of a message in one place: our own, the guidelines of the brand, pictures of its library.

Pages, the check before a launch, submission, imports and models ask here and nowhere else, so that what is
refused for one of them is refused for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models.functions import Length
from django.utils.translation import gettext as _

from storesync.brands.models import Brand, Location
from storesync.campaigns.messages import compile_draft, read_variables, sample_values
from storesync.content.checks import (
    Finding,
    Wording,
    check_message,
    check_revision,
    findings_of_errors,
)
from storesync.content.facts import location_facts
from storesync.content.language import OutputTooLarge
from storesync.content.media import is_media
from storesync.content.rendering import CompiledMessage, ContentInvalid, RenderedMessage
from storesync.content.variables import Variable
from storesync.guidelines.checking import Compiled, Message, Place
from storesync.guidelines.checking.message import image_places
from storesync.guidelines.queries import check_content, location_paths, rules_in_force
from storesync.media.queries import unknown_images

if TYPE_CHECKING:
    from storesync.campaigns.models import CampaignTemplate, LocationCampaign
    from storesync.content.models import Revision
    from storesync.content.owners import OwnerInfo

WORST: Final = 30
"""Stores for which a template is checked before it is published, at most."""


class Checks:
    """The checks of one brand, read once for any number of its messages.

    Args:
        brand: whose messages.
        location_ids: their stores; of a store that is not among them no region is known.
        guidelines: to be held against; those in force where none are given.
    """

    def __init__(
        self,
        brand: Brand,
        location_ids: Iterable[UUID] = (),
        *,
        guidelines: Compiled | None = None,
    ) -> None:
        self.brand = brand
        self.guidelines = guidelines or rules_in_force(brand.pk)
        needed = self.guidelines is not None and self.guidelines.names_regions
        self._paths = location_paths(location_ids) if needed else {}
        self._pictures: dict[str, bool] = {}

    def of_revision(
        self,
        revision: Revision,
        *,
        variables: Mapping[str, Variable],
        template_blocks: Sequence[Mapping[str, Any]],
        campaign_type: str,
        wording: Wording | None = None,
    ) -> list[Finding]:
        """What all checks say about the stored bytes of a revision, errors first.

        Args:
            variables, template_blocks, campaign_type: of the template version that it came from.
            wording: its words with these variables and blocks, where many revisions share them.
        """
        found = check_revision(
            revision, variables=variables, template_blocks=template_blocks, wording=wording
        )
        found = merged(found, self._unknown_pictures(revision.blocks))
        if self.guidelines is None:
            return found
        place = self._place(revision.location_id, revision.facts, campaign_type)
        return merged(found, check_content(self.guidelines, Message.of_revision(revision, variables), place))

    def of_owned(
        self, revision: Revision, owner: OwnerInfo | None, wording: Wording | None = None
    ) -> list[Finding]:
        """As `of_revision`, with what `content.owners.describe` tells of the owner."""
        base = owner.base_content if owner else None
        return self.of_revision(
            revision,
            variables=base.variables if base else {},
            template_blocks=base.blocks if base else (),
            campaign_type=owner.campaign_type if owner else "",
            wording=wording,
        )

    def of_message(
        self,
        content: CompiledMessage,
        rendered: RenderedMessage,
        *,
        location_id: UUID | None,
        facts: Mapping[str, str],
        values: Mapping[str, str],
        variables: Mapping[str, Variable],
        campaign_type: str,
        template_blocks: Sequence[Any] = (),
    ) -> list[Finding]:
        """What all checks say about a message rendered just now for a store, errors first."""
        found = check_message(content, rendered, template_blocks=template_blocks)
        found = merged(found, self._unknown_pictures(content.plain_blocks))
        if self.guidelines is None:
            return found
        message = Message.of_rendered(content, rendered, facts=facts, values=values, variables=variables)
        return merged(
            found, check_content(self.guidelines, message, self._place(location_id, facts, campaign_type))
        )

    def _unknown_pictures(self, blocks: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
        """Pictures that the brand's library does not have, or no longer; each is asked for once."""
        named = [place for place in image_places(blocks) if is_media(place[2])]
        new = {address for _block, _field, address in named if address not in self._pictures}
        if new:
            unknown = unknown_images(self.brand, new)
            self._pictures |= {address: address in unknown for address in new}
        for block_id, field, address in named:
            if self._pictures[address]:
                said = _("The picture is not in the media library, or no longer.")
                mend = _("Choose another one.")
                yield Finding("error", "image-unknown", said, mend, block_id, field)

    def _place(self, location_id: UUID | None, facts: Mapping[str, str], campaign_type: str) -> Place:
        path = self._paths.get(location_id, ()) if location_id else ()
        return Place.of(path, facts, campaign_type)


_OWN_TOO: Final = frozenset({"subject-long", "preheader-empty", "preheader-long", "size"})
"""What our own checks and guidelines both look at."""


def merged(own: Iterable[Finding], guidelines: Iterable[Finding]) -> list[Finding]:
    """Findings of both, errors first; of two about the same thing at the same place the stricter is told."""
    found: dict[tuple[str, ...], Finding] = {}
    for finding in (*guidelines, *own):
        several = () if finding.code in _OWN_TOO else (finding.rule, finding.message)
        key = (finding.code, finding.block_id, finding.field, *several)
        if key not in found or (found[key].level, finding.level) == ("warning", "error"):
            found[key] = finding
    return sorted(found.values(), key=lambda finding: finding.level != "error")


def findings_of_revision(revision: Revision, owner: OwnerInfo | None) -> list[Finding]:
    """All checks of one revision; for many of one brand make `Checks` once."""
    return Checks(revision.brand, [revision.location_id]).of_owned(revision, owner)


def findings_of_campaign(campaign: LocationCampaign, revision: Revision | None = None) -> list[Finding]:
    """All checks of a campaign's current revision, or of another of its revisions."""
    version = campaign.template_version
    return Checks(campaign.brand, [campaign.location_id]).of_revision(
        revision or campaign.current_revision,
        variables=read_variables(version.variables),
        template_blocks=version.blocks,
        campaign_type=version.template.campaign_type,
    )


# -- templates, before they are published


@dataclass(frozen=True, slots=True)
class StoreFinding:
    """A finding about a template, and for which of the stores that were tried.

    Attributes:
        stores: their names, the first few. count: how many. tried: of how many.
    """

    finding: Finding
    stores: list[str]
    count: int
    tried: int

    @property
    def everywhere(self) -> bool:
        """Whether every store that was tried has it."""
        return self.count == self.tried


def worst_locations(brand_id: UUID) -> list[Location]:
    """One store of each region, that with the longest name; with it go language and scope (Rule T4)."""
    return list(
        Location.objects.filter(brand_id=brand_id)
        .select_related("region")
        .order_by("region_id", Length("name").desc(), "pk")
        .distinct("region_id")[:WORST]
    )


def findings_of_draft(
    template: CampaignTemplate, draft: Mapping[str, Any], brand: Brand
) -> list[StoreFinding]:
    """All checks of a template's draft, for one store of each region, errors first.

    Values of the roll-out, which nobody has given yet, are samples; what is found in them is not told.
    """
    try:
        content = compile_draft(template, draft, brand)
    except ContentInvalid as invalid:
        return [StoreFinding(finding, [], 1, 1) for finding in findings_of_errors(invalid.errors)]
    variables = read_variables(draft.get("variables", []))
    values = sample_values(variables)
    places = worst_locations(brand.pk)
    checks = Checks(brand, [place.pk for place in places])
    found: dict[Finding, list[str]] = {}
    for location in places:
        facts = location_facts(location, brand, content.declared_facts)
        try:
            rendered = content.render(facts, values)
        except OutputTooLarge:
            too_large = Finding("error", "size", _("The message is larger than 1 MB."), _("Take text out."))
            found.setdefault(too_large, []).append(location.name)
            continue
        for finding in checks.of_message(
            content,
            rendered,
            location_id=location.pk,
            facts=facts,
            values=values,
            variables=variables,
            campaign_type=template.campaign_type,
        ):
            if finding.block_id or finding.field not in values:
                found.setdefault(finding, []).append(location.name)
    told = [StoreFinding(one, names[:3], len(names), len(places)) for one, names in found.items()]
    return sorted(told, key=lambda one: (one.finding.level != "error", -one.count))
