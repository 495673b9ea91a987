"""The preview of a revision in review: the panel of the campaign pages, over exactly the pinned bytes."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from storesync.approvals.models import SubmissionItem
from storesync.brands.models import Location
from storesync.brands.permissions import can
from storesync.brands.rights import VIEW_CONTACT
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.sending import KIND
from storesync.campaigns.views.campaign_content import as_at, sender_at, stored_message
from storesync.campaigns.views.preview_choice import Choice, choice_of
from storesync.campaigns.views.previews import Panel, answer, answer_errors, panel, shown_of, shown_of_errors
from storesync.content.rendering import ContentInvalid, RenderedMessage


def campaign_of(item: SubmissionItem) -> LocationCampaign | None:
    """The campaign that an item is about; None where something else owns its revision."""
    if item.owner_kind != KIND:
        return None
    found: LocationCampaign | None = (
        LocationCampaign.objects.select_related(
            "brand", "location", "current_revision", "template_version__template"
        )
        .filter(pk=item.owner_id)
        .first()
    )
    return found


def item_panel(
    request: Any, item: SubmissionItem, campaign: LocationCampaign | None, *, in_frame: bool = False
) -> Panel:
    """The preview panel of an item, opened with desktop and phone beside each other.

    Another store can be chosen to compare, and the panel says then that it is not what goes out.
    """
    choice = _choice(request, item, campaign)
    slug = request.brand.slug
    try:
        shown = shown_of(_message(item, campaign, choice), choice.persona, _sender(item, campaign, choice))
    except ContentInvalid as invalid:
        shown = shown_of_errors(invalid)
    real = campaign is not None and can(request.user, VIEW_CONTACT, campaign)
    real = real and bool(item.revision.audience.get("list"))
    return panel(
        request,
        choice,
        shown,
        frame_url=reverse("approvals:mail", kwargs={"brand": slug, "pk": item.pk}),
        own=item.location,
        contacts_url=reverse("campaigns:campaign_preview_recipients", args=[slug, item.owner_id])
        if real
        else "",
        stores=campaign is not None,
        both=True,
        in_frame=in_frame,
    )


def item_frame(request: HttpRequest, item: SubmissionItem, campaign: LocationCampaign | None) -> HttpResponse:
    """The message of an item as its panel asks for it, as the content of a frame."""
    choice = _choice(request, item, campaign)
    try:
        message = _message(item, campaign, choice)
    except ContentInvalid as invalid:
        return answer_errors(request, invalid, choice)
    return answer(request, message, choice, _sender(item, campaign, choice))


def _choice(request: Any, item: SubmissionItem, campaign: LocationCampaign | None) -> Choice:
    """What is asked for; what no campaign owns is shown at no other store."""
    choice = choice_of(request, own=item.location, campaign=campaign, view="both")
    return choice if campaign is not None else replace(choice, location=item.location)


def _message(item: SubmissionItem, campaign: LocationCampaign | None, choice: Choice) -> RenderedMessage:
    """The pinned bytes; at another store what the same content would be there.

    Raises:
        ContentInvalid: at another store it has to be compiled anew, and cannot be.
    """
    if campaign is None:
        return stored_message(item.revision)
    return as_at(campaign, item.revision, choice.location)


def _sender(item: SubmissionItem, campaign: LocationCampaign | None, choice: Choice) -> str:
    location: Location | None = choice.location if campaign is not None else item.location
    return sender_at(item.revision, location)
