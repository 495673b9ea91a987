"""What becomes of published versions: offered to drafts, deprecated, made the draft again (Rule T1)."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.actions.template import DraftMoved, draft_at, save_draft
from storesync.campaigns.models import CampaignTemplate, TemplateVersion, VersionStanding
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused

if TYPE_CHECKING:
    from storesync.accounts.models import User


def offer_version(*, version: TemplateVersion, actor: "User", undo: bool = False) -> VersionStanding:
    """Offer a version to the drafts made from older ones, or stop it. Harmless when it is so already.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        ActionRefused: it is deprecated, or no older version is there to move from.
    """
    with audited("template.offer_ended" if undo else "template.offered", actor=actor):
        standing = _standing(version, actor)
        if (standing.offered_at is None) == undo:
            return standing
        if not undo and standing.deprecated_at:
            raise ActionRefused(_("A deprecated version is not offered."))
        if not undo and standing.version.number == 1:
            raise ActionRefused(_("There is no older version to move from."))
        standing.offered_at = None if undo else Now()
        standing.save(update_fields=["offered_at"])
    standing.refresh_from_db()
    return standing


def deprecate_version(
    *,
    version: TemplateVersion,
    actor: "User",
    reason: str = "",
    replacement: TemplateVersion | None = None,
    undo: bool = False,
) -> VersionStanding:
    """Take a version out of the choice for what is new, and end its offer; what runs stays. Or bring it back.

    Args:
        reason: for people, needed. replacement: another version of the brand to use instead.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        ActionRefused: no reason, or a replacement that is itself out of use.
    """
    with audited("template.version_taken_up" if undo else "template.version_deprecated", actor=actor):
        standing = _standing(version, actor)
        if (standing.deprecated_at is None) == undo:
            return standing
        reason = reason.strip()
        if not undo:
            _require_reason(reason)
            if replacement is not None and (
                replacement.pk == version.pk
                or VersionStanding.objects.filter(version=replacement, deprecated_at__isnull=False).exists()
            ):
                raise ActionRefused(_("Name another version to use instead, one that is in use."))
        standing.deprecated_at = None if undo else Now()
        standing.deprecated_reason = "" if undo else reason
        standing.replacement = None if undo else replacement
        standing.offered_at = standing.offered_at if undo else None
        standing.save(update_fields=["deprecated_at", "deprecated_reason", "replacement", "offered_at"])
    standing.refresh_from_db()
    return standing


def deprecate_template(
    *,
    template: CampaignTemplate,
    actor: "User",
    reason: str = "",
    replacement: CampaignTemplate | None = None,
    undo: bool = False,
) -> CampaignTemplate:
    """Take a whole template out of the choice for what is new, with a reason for people; or bring it back.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        ActionRefused: no reason, or a replacement that is itself out of use.
    """
    with audited("template.taken_up" if undo else "template.deprecated", actor=actor):
        template = locked_template(template, actor)
        if (template.deprecated_at is None) == undo:
            return template
        reason = reason.strip()
        if not undo:
            _require_reason(reason)
            if replacement is not None and (
                replacement.pk == template.pk or replacement.deprecated_at or replacement.archived_at
            ):
                raise ActionRefused(_("Name another template to use instead, one that is in use."))
        template.deprecated_at = None if undo else Now()
        template.deprecated_reason = "" if undo else reason
        template.replacement = None if undo else replacement
        template.save(update_fields=["deprecated_at", "deprecated_reason", "replacement"])
    template.refresh_from_db()
    return template


def draft_of(version: TemplateVersion) -> dict[str, Any]:
    """A version as the draft of its template."""
    return {
        "subject": version.subject,
        "preheader": version.preheader,
        "blocks": version.blocks,
        "variables": version.variables,
        "schedule": version.default_schedule,
        "open_fields": version.open_fields,
    }


def restore_version(*, version: TemplateVersion, draft_number: int, actor: "User") -> CampaignTemplate:
    """Make a version the draft again, to go on from there; what the draft held stays in the history.

    Args:
        draft_number: of the draft that the actor saw.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        ContentInvalid: it uses something that is no longer there.
        DraftMoved: somebody has saved the draft meanwhile.
        ActionRefused: the template is archived.
    """
    with audited("template.version_restored", actor=actor, version=version.number):
        template = locked_template(version.template, actor)
        if template.draft_number != draft_number:
            raise DraftMoved(template)
        return save_draft(template=template, draft=draft_of(version), draft_number=draft_number, actor=actor)


def restore_draft(
    *, template: CampaignTemplate, number: int, draft_number: int, actor: "User"
) -> CampaignTemplate:
    """Bring back the draft as it was at its save `number`: the undo of `restore_version`.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        ContentInvalid: it uses something that is no longer there.
        DraftMoved: somebody has saved the draft since `draft_number`.
        ActionRefused: there was no such draft, or the template is archived.
    """
    with audited("template.draft_restored", actor=actor):
        template = locked_template(template, actor)
        if template.draft_number != draft_number:
            raise DraftMoved(template)
        earlier = draft_at(template, number)
        if earlier is None:
            raise ActionRefused(_("That draft is no longer there."))
        return save_draft(template=template, draft=earlier, draft_number=draft_number, actor=actor)


def locked_template(template: CampaignTemplate, actor: "User") -> CampaignTemplate:
    """The template, locked, after asking for the right to write it."""
    found = (
        CampaignTemplate.objects.select_for_update(of=("self",)).select_related("brand").get(pk=template.pk)
    )
    if not can(actor, MANAGE_TEMPLATE, found.brand):
        raise PermissionDenied
    return found


def _standing(version: TemplateVersion, actor: "User") -> VersionStanding:
    """The row beside a version, under the lock of its template."""
    version = TemplateVersion.objects.select_related("template").get(pk=version.pk)
    locked_template(version.template, actor)
    standing, _made = VersionStanding.objects.get_or_create(
        version=version, defaults={"brand_id": version.brand_id}
    )
    standing.version = version
    return standing


def _require_reason(reason: str) -> None:
    if not reason:
        raise ActionRefused(_("Say why, for those who use it."))
