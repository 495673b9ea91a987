"""What previews of templates share: the store they are shown for, the frame, samples."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.brands.models import Location
from storesync.brands.permissions import holds
from storesync.brands.rights import VIEW_LOCATION, VIEW_TEMPLATE
from storesync.campaigns.messages import compile_version, read_variables
from storesync.campaigns.models import TemplateVersion
from storesync.campaigns.queries import shown
from storesync.content.facts import location_facts
from storesync.content.rendering import CompiledMessage, RenderedMessage
from storesync.content.variables import Variable
from storesync.core.frames import MailFrameResponse


def preview_locations(request: Any) -> list[Location]:
    """Stores that a preview offers: the worst first (longest name), then some by name."""
    visible = Location.objects.visible_to(request.user, VIEW_LOCATION)
    return list(visible.only("pk", "name", "store_number").order_by("name")[:200])


def preview_location(request: Any) -> Location | None:
    """The store of the preview: the one asked for, else the first the person may see."""
    visible = Location.objects.visible_to(request.user, VIEW_LOCATION).select_related("brand")
    try:
        wanted = UUID(request.GET.get("location", ""))
    except ValueError:
        return visible.order_by("name").first()
    found: Location | None = visible.filter(pk=wanted).first()
    if found is None:
        raise Http404
    return found


def store_frame(request: Any, message: CompiledMessage, variables: Any) -> HttpResponse:
    """A compiled message for the store of the preview, as the content of a frame."""
    return MailFrameResponse(shown(_for_store(request, message, variables).html), pictures=True)


def version_url(request: Any, version: TemplateVersion | None) -> str:
    """The page of a version for whom it opens, else ""."""
    if version is None or not holds(request.user, VIEW_TEMPLATE, request.brand):
        return ""
    page = reverse("campaigns:template", args=[request.brand.slug, version.template.slug])
    return f"{page}?version={version.number}"


def inbox_of(request: Any, version: TemplateVersion) -> dict[str, str]:
    """Subject and preheader of a version as an inbox shows them for the store of the preview."""
    message = _for_store(request, compile_version(version), read_variables(version.variables))
    return {"subject": shown(message.subject), "preheader": shown(message.preheader)}


def _for_store(request: Any, message: CompiledMessage, variables: Any) -> RenderedMessage:
    """With the facts of the store, and samples for the values of a roll-out."""
    location = preview_location(request)
    facts = location_facts(location, request.brand) if location else {"brand_name": request.brand.name}
    values = {
        name: sample_value(one)
        for name, one in variables.items()
        if one.source == "rollout" and not one.fallback
    }
    return message.render(facts, values)


def sample_value(variable: Variable) -> str:
    """Something that could stand there, for the preview of a template."""
    if variable.choices:
        return variable.choices[0]
    numeric = variable.minimum or "20"
    samples = {"number": numeric, "percent": numeric, "money": numeric, "date": "2026-12-24"}
    return samples.get(variable.type) or (
        "https://example.com/" if variable.type == "url" else _(variable.label)
    )


def preview_query(*, version: TemplateVersion | None = None, location: Location | None = None) -> str:
    parts = [f"version={version.number}"] if version else []
    if location:
        parts.append(f"location={location.pk}")
    return f"?{'&'.join(parts)}" if parts else ""


def number_of(text: str) -> int:
    """The number in the address or the form; -1, which nothing has, for whatever else stands there."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
