"""Which versions of templates are offered: for what is new, and to drafts made from older ones (Rule T1)."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.statuses import UPGRADABLE
from storesync.core.models import Model


def usable_versions() -> QuerySet[TemplateVersion]:
    """The newest version of each template that new roll-outs and campaigns may be made from, by name."""
    current = (
        TemplateVersion.objects.filter(
            template__archived_at__isnull=True, template__deprecated_at__isnull=True
        )
        .filter(Q(standing__isnull=True) | Q(standing__deprecated_at__isnull=True))
        .order_by("template_id", "-number")
        .distinct("template_id")
    )
    found: QuerySet[TemplateVersion] = (
        TemplateVersion.objects.filter(pk__in=current.values("pk"))
        .select_related("template")
        .order_by("template__name")
    )
    return found


def why_not_used(version: TemplateVersion) -> str:
    """Why nothing new may be made from a version, in words; "" where it may."""
    template = version.template
    if template.archived_at:
        return _("This template is archived. Bring it back before you use it.")
    if template.deprecated_at:
        return _deprecated(str(template), template.deprecated_reason, template.replacement)
    standing = getattr(version, "standing", None)
    if standing is not None and standing.deprecated_at:
        return _deprecated(str(version), standing.deprecated_reason, standing.replacement)
    return ""


def instead_of(version: TemplateVersion) -> TemplateVersion | None:
    """What to use instead of a version that is out of use: the one named, else its template's newest."""
    standing = getattr(version, "standing", None)
    named: TemplateVersion | None = standing.replacement if standing is not None else None
    if named is not None and not why_not_used(named):
        return named
    template = version.template
    wanted = template.replacement_id if template.deprecated_at else template.pk
    return usable_versions().filter(template=wanted).first() if wanted else None


def _deprecated(name: str, reason: str, replacement: Model | None) -> str:
    words = _("“%(name)s” is deprecated: %(reason)s") % {"name": name, "reason": reason}
    return f"{words} {_('Use “%(name)s”.') % {'name': replacement}}" if replacement else words


def offered() -> QuerySet[TemplateVersion]:
    """Versions that drafts made from older ones are offered."""
    found: QuerySet[TemplateVersion] = TemplateVersion.objects.filter(
        standing__offered_at__isnull=False, standing__deprecated_at__isnull=True
    )
    return found


def offered_version(campaign: LocationCampaign) -> TemplateVersion | None:
    """The version that a campaign could move to now; None when there is none, or its people stay."""
    if campaign.status not in UPGRADABLE or campaign.archived_at:
        return None
    made_from = campaign.template_version
    return (
        offered()
        .select_related("template")
        .filter(
            template_id=made_from.template_id, number__gt=max(made_from.number, campaign.declined_version)
        )
        .order_by("-number")
        .first()
    )


def newest_offered(template_ids: Iterable[UUID]) -> dict[UUID, TemplateVersion]:
    """The newest offered version of each of these templates."""
    rows = (
        offered()
        .filter(template_id__in=list(template_ids))
        .select_related("template")
        .order_by("template_id", "-number")
        .distinct("template_id")
    )
    return {one.template_id: one for one in rows}


def waiting_for(version: TemplateVersion) -> "QuerySet[LocationCampaign]":
    """Campaigns that could move to a version and whose people have not said that they stay."""
    found: QuerySet[LocationCampaign] = LocationCampaign.objects.current().filter(
        template_version__template=version.template_id,
        template_version__number__lt=version.number,
        status__in=UPGRADABLE,
        declined_version__lt=version.number,
    )
    return found


def untouched(campaigns: "QuerySet[LocationCampaign]") -> "QuerySet[LocationCampaign]":
    """Those whose words are still the version's own: nothing of a store could be lost."""
    return campaigns.filter(
        current_revision__subject=F("template_version__subject"),
        current_revision__preheader=F("template_version__preheader"),
        current_revision__blocks=F("template_version__blocks"),
    )


def open_campaigns(template_id: UUID) -> "QuerySet[LocationCampaign]":
    """Campaigns of a template that a new version could be offered to."""
    found: QuerySet[LocationCampaign] = LocationCampaign.objects.current().filter(
        template_version__template=template_id, status__in=UPGRADABLE
    )
    return found
