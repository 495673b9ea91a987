"""The content tab of a campaign, and the mail in it."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse

from storesync.brands.models import Location
from storesync.brands.permissions import can
from storesync.brands.rights import VIEW_CAMPAIGN, VIEW_CONTACT
from storesync.campaigns.messages import compile_revision, read_variables
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.queries import (
    changes_of,
    template_content,
)
from storesync.campaigns.sending import KIND
from storesync.campaigns.views.campaign import CampaignMixin, CampaignPage
from storesync.campaigns.views.preview_choice import choice_of
from storesync.campaigns.views.previews import Panel, answer, answer_errors, panel, shown_of, shown_of_errors
from storesync.content.differences import Content, content_of, differences
from storesync.content.facts import location_facts
from storesync.content.models import Revision
from storesync.content.rendering import ContentInvalid, RenderedMessage
from storesync.core.views import DetailView

LISTED: Final = 100
"""Revisions that the page offers; older ones have an address all the same."""


class CampaignContentView(CampaignPage):
    """Content: the mail on desktop and phone, as plain text, and what the store changed."""

    template_name = "campaigns/campaign_content.html"
    tab = "campaign_content"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = self.object
        given = self.request.GET
        after = chosen_revision(campaign, given.get("with", "") or given.get("revision", ""))
        before = self.compared(given.get("compare", ""), after)
        rows = Revision.objects.of_owner(KIND, campaign.pk).without_bodies().select_related("author")
        return super().get_context_data(**kwargs) | {
            "revision": after,
            "revisions": rows.order_by("-number")[:LISTED],
            "preview": revision_panel(self, after),
            "before": before,
            "before_key": given.get("compare", "") or "template",
            "changes": changes_in_words(campaign, before, after),
        }

    def compared(self, wanted: str, after: Revision) -> Revision | None:
        """What the shown revision is held against: the approved one, another one, or (None) the template."""
        if wanted == "approved":
            if self.object.approved_revision is None:
                raise Http404
            return self.object.approved_revision
        return None if wanted in ("", "template") else chosen_revision(self.object, wanted)


def changes_in_words(
    campaign: LocationCampaign, before: Revision | None, after: Revision
) -> list[dict[str, str]]:
    """What differs between two revisions of a campaign, or from its template; the later one is the second."""
    if before is None:
        mine = content_of(after)
        words = Content(subject=mine.subject, preheader=mine.preheader, blocks=mine.blocks)
        return changes_of(differences(template_content(campaign.template_version), words))
    variables = read_variables(campaign.template_version.variables)
    return changes_of(differences(content_of(before), content_of(after), variables))


class CampaignFrameView(CampaignMixin, DetailView[LocationCampaign]):
    """The mail of a revision, as its readers see it: a frame's content."""

    permission = VIEW_CAMPAIGN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign = self.object
        revision = chosen_revision(campaign, request.GET.get("revision", ""))
        choice = choice_of(request, own=campaign.location, campaign=campaign)
        try:
            message = as_at(campaign, revision, choice.location)
        except ContentInvalid as invalid:
            return answer_errors(request, invalid, choice)
        return answer(request, message, choice, sender_at(revision, choice.location))


def revision_panel(
    view: CampaignMixin, revision: Revision, *, post_url: str = "", form: str = "", opens: str = "desktop"
) -> Panel:
    """The preview panel of a revision of a campaign; with a form, of what is typed in it."""
    campaign, request = view.object, view.request
    choice = choice_of(request, own=campaign.location, campaign=campaign, view=opens)
    try:
        message = as_at(campaign, revision, choice.location)
        shown = shown_of(message, choice.persona, sender_at(revision, choice.location))
    except ContentInvalid as invalid:
        shown = shown_of_errors(invalid)
    real = can(request.user, VIEW_CONTACT, campaign) and revision.audience.get("list")
    return panel(
        request,
        choice,
        shown,
        frame_url=f"{view.url('campaign_frame')}?revision={revision.number}",
        post_url=post_url,
        form=form,
        own=campaign.location,
        contacts_url=view.url("campaign_preview_recipients") if real else "",
    )


def as_at(campaign: LocationCampaign, revision: Revision, location: Location | None) -> RenderedMessage:
    """A revision as it is stored, or as the same content would be at another store.

    Raises:
        ContentInvalid: at another store it has to be compiled anew, and cannot be.
    """
    if location is None or location.pk == campaign.location_id:
        return stored_message(revision)
    message = compile_revision(campaign.template_version, revision)
    return message.render(location_facts(location, campaign.brand, message.declared_facts), revision.values)


def stored_message(revision: Revision) -> RenderedMessage:
    """The bytes of a revision, as they are approved and sent."""
    return RenderedMessage(
        subject=revision.rendered_subject,
        preheader=revision.rendered_preheader,
        html=revision.html,
        text=revision.text,
        missing=(),
    )


def sender_at(revision: Revision, location: Location | None) -> str:
    """The name that an inbox shows as the sender: that of the store (Rule S8)."""
    if location is None or location.pk == revision.location_id:
        return str(revision.sender.get("name", ""))
    return location.name


def chosen_revision(campaign: LocationCampaign, number: str) -> Revision:
    """The revision of a number, or the current one."""
    if not number:
        return campaign.current_revision
    found: Revision | None = (
        Revision.objects.of_owner(KIND, campaign.pk).filter(number=number).first()
        if number.isascii() and number.isdigit() and len(number) < 7
        else None
    )
    if found is None:
        raise Http404
    return found
