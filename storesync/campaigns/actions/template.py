"""Templates: written as a draft, published as immutable versions (Rule T1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from storesync.brands.models import Brand
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_TEMPLATE
from storesync.campaigns.documents import template_document
from storesync.campaigns.messages import compile_draft
from storesync.campaigns.models import CampaignTemplate, TemplateVersion, VersionStanding
from storesync.campaigns.schedule import ScheduleInvalid, parse_schedule
from storesync.content.blocks import dump_blocks
from storesync.content.hashing import canonical_json, digest
from storesync.content.theme import CampaignType as ThemeType
from storesync.content.theme import theme_of
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.core.once import made_before
from storesync.core.scoping import require_scope
from storesync.core.versions import require_version, set_changed
from storesync.meaning.actions import set_documents

if TYPE_CHECKING:
    from storesync.accounts.models import User

OPEN_FIELDS = ("subject", "preheader", "schedule")
"""Parts outside of blocks that a version may leave to its stores."""


class DraftMoved(ActionRefused):
    """Somebody else has saved the draft since the actor saw it; `template` is what stands there now."""

    def __init__(self, template: CampaignTemplate) -> None:
        super().__init__(_("Somebody has saved the draft meanwhile. Look at it before you replace it."))
        self.template = template


def draft_at(template: CampaignTemplate, number: int) -> dict[str, Any] | None:
    """The draft as it was saved under a number; None when that is not in the history."""
    kept = template.history.filter(draft_number=number).order_by("-pgh_id")  # type: ignore[attr-defined]
    found: dict[str, Any] | None = kept.values_list("draft", flat=True).first()
    return found


def starter_draft(name: str) -> dict[str, Any]:
    """What a new template begins with: short, valid, and showing what a variable is."""
    return {
        "subject": f"{name}: {{{{ location_name }}}}",
        "preheader": "",
        "blocks": [
            {"id": "heading", "type": "heading", "text": name, "level": 1},
            {"id": "text", "type": "text", "text": _("Write here what is new at {{ location_name }}.")},
            {"id": "store", "type": "store_details", "locked": True},
        ],
        "variables": [],
        "schedule": {"start": "approval"},
        "open_fields": ["schedule"],
    }


def create_template(
    *,
    brand: Brand,
    name: str,
    campaign_type: str,
    actor: "User",
    description: str = "",
    draft: Mapping[str, Any] | None = None,
    key: UUID | None = None,
) -> CampaignTemplate:
    """Begin a template; nothing can be rolled out before it is published.

    Args:
        draft: its first content; a short starter without it.
        key: of the form; sent again it gives the template that it has made.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        ContentInvalid: the draft has errors, each with its place (Rule T2).
        FormUsed: the key made another template.
    """
    require_scope(brand.pk)
    with audited("template.created", actor=actor):
        if not can(actor, MANAGE_TEMPLATE, brand):
            raise PermissionDenied
        asked = {
            "brand": brand.pk,
            "name": name,
            "type": campaign_type,
            "description": description,
            "draft": draft,
        }
        if made := made_before(CampaignTemplate, key, actor=actor, asked=asked):
            return made
        # The brand is the lock: two templates of one name at once get two addresses.
        Brand.objects.select_for_update(of=("self",)).get(pk=brand.pk)
        template = CampaignTemplate(
            id=key or new_id(),
            brand=brand,
            name=name,
            slug=_free_slug(name),
            campaign_type=campaign_type,
            description=description,
        )
        template.draft = _checked(template, draft or starter_draft(_plain(name)), brand)
        template.save()
    return template


def save_draft(
    *,
    template: CampaignTemplate,
    draft: Mapping[str, Any],
    draft_number: int,
    actor: "User",
) -> CampaignTemplate:
    """Save the version being written. The text is checked now, not when it is sent (Rule T2).

    Args:
        draft: whole content: subject, preheader, blocks, variables, schedule, open_fields.
        draft_number: of the draft that the actor saw.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        ContentInvalid: with every error, its block, field, line and column.
        DraftMoved: somebody else has saved meanwhile.
        ActionRefused: the template is archived.
    """
    with audited("template.draft_saved", actor=actor):
        template = _locked(template, actor)
        if template.draft_number != draft_number:
            raise DraftMoved(template)
        checked = _checked(template, draft, template.brand)
        if checked == template.draft:
            return template
        template.draft = checked
        template.draft_number += 1
        template.save(update_fields=["draft", "draft_number"])
    return template


def edit_template(
    *,
    template: CampaignTemplate,
    actor: "User",
    version: datetime | None = None,
    changes: Mapping[str, Any],
) -> CampaignTemplate:
    """Change name, type or description; its address and its published versions stay as they are.

    Args:
        version: the `updated_at` that the actor saw. changes: name, campaign_type, description.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        StaleVersion: somebody has changed it meanwhile.
        ActionRefused: archived, or a value that does not fit.
    """
    with audited("template.edited", actor=actor):
        template = _locked(template, actor)
        require_version(template, version)
        changed = set_changed(template, changes, allowed=("name", "campaign_type", "description"))
        if changed:
            template.save(update_fields=changed)
    return template


def duplicate_template(
    *, template: CampaignTemplate, actor: "User", name: str = "", key: UUID | None = None
) -> CampaignTemplate:
    """A new template with the draft of this one; nothing of it is published.

    Args:
        key: see `create_template`.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        ContentInvalid: the draft has errors.
        FormUsed: the key made another template, or the draft has changed since.
    """
    if not name:
        name = _("%(name)s (copy)") % {"name": template.name}
    return create_template(
        brand=template.brand,
        name=name[:120],
        campaign_type=template.campaign_type,
        description=template.description,
        draft=template.draft,
        actor=actor,
        key=key,
    )


def publish_version(
    *, template: CampaignTemplate, actor: "User", notes: str = "", offer: bool = False
) -> TemplateVersion:
    """Make the draft an immutable version, for new roll-outs; what runs already stays as it is (Rule T1).

    Args:
        notes: what is new, for those who use the template.
        offer: show drafts made from older versions what it would change; not without an older version.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
        ContentInvalid: the draft has errors.
        ActionRefused: archived, or nothing has changed since the last version.
    """
    with audited("template.published", actor=actor):
        template = _locked(template, actor)
        draft = _checked(template, template.draft, template.brand)
        theme = theme_of(template.brand, cast(ThemeType, template.campaign_type)).model_dump(mode="json")
        schedule = draft["schedule"]
        hashed = digest(canonical_json({**draft, "theme": theme}))
        last = template.versions.order_by("-number").first()
        if last is not None and last.content_hash == hashed:
            raise ActionRefused(_("Nothing has changed since version %(number)d.") % {"number": last.number})
        version = TemplateVersion.objects.create(
            brand=template.brand,
            template=template,
            number=last.number + 1 if last else 1,
            subject=draft["subject"],
            preheader=draft["preheader"],
            blocks=draft["blocks"],
            variables=draft["variables"],
            open_fields=draft["open_fields"],
            theme=theme,
            default_schedule=schedule,
            notes=notes,
            content_hash=hashed,
            author=actor,
        )
        if offer and last:
            VersionStanding.objects.create(brand=template.brand, version=version, offered_at=timezone.now())
        set_documents(brand=template.brand, documents=[template_document(version)])
        return version


def archive_template(*, template: CampaignTemplate, actor: "User", undo: bool = False) -> CampaignTemplate:
    """Take a template out of the choice for new roll-outs, or bring it back. Harmless when it is so already.

    Raises:
        PermissionDenied: the actor does not write the brand's templates.
    """
    with audited("template.restored" if undo else "template.archived", actor=actor):
        template = _locked(template, actor, archived_too=True)
        if (template.archived_at is None) == undo:
            return template
        template.archived_at = None if undo else Now()
        template.save(update_fields=["archived_at"])
    return template


def _locked(template: CampaignTemplate, actor: "User", *, archived_too: bool = False) -> CampaignTemplate:
    template = (
        CampaignTemplate.objects.select_for_update(of=("self",)).select_related("brand").get(pk=template.pk)
    )
    if not can(actor, MANAGE_TEMPLATE, template.brand):
        raise PermissionDenied
    if template.archived_at and not archived_too:
        raise ActionRefused(_("This template is archived. Bring it back before you change it."))
    return template


def _checked(template: CampaignTemplate, draft: Mapping[str, Any], brand: Brand) -> dict[str, Any]:
    """A draft in its one spelling, or ContentInvalid with every error."""
    message = compile_draft(template, draft, brand)
    try:
        schedule = parse_schedule(draft.get("schedule") or {}).as_json()
    except ScheduleInvalid as error:
        raise ActionRefused(str(error)) from None
    return {
        "subject": draft.get("subject", ""),
        "preheader": draft.get("preheader", ""),
        "blocks": dump_blocks(message.blocks),
        "variables": [dict(one) for one in draft.get("variables", [])],
        "schedule": schedule,
        "open_fields": [name for name in OPEN_FIELDS if name in draft.get("open_fields", [])],
    }


def _free_slug(name: str) -> str:
    """An address of the template that no other of the brand has."""
    base = slugify(name)[:70] or "template"
    taken = set(CampaignTemplate.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken
    )


def _plain(name: str) -> str:
    """A name as words of template text: braces would be read as a tag."""
    return name.replace("{", "(").replace("}", ")")
