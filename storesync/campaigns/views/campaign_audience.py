"""Who gets a campaign, while that can still be changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.audience.actions import RecipientChange
from storesync.audience.models import AudienceEntry
from storesync.audience.queries import entries_of
from storesync.brands.permissions import can
from storesync.brands.rights import EDIT_CAMPAIGN, VIEW_CONTACT
from storesync.campaigns.actions.edit import EditConflict
from storesync.campaigns.actions.recipients import change_recipients, why_recipients_fixed
from storesync.campaigns.forms.recipients import REPLACE, RecipientsForm
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.selection import chosen_ids
from storesync.campaigns.statuses import APPROVED_STATES
from storesync.campaigns.views.campaign import CampaignMixin, masked
from storesync.core.errors import ActionRefused
from storesync.core.paging import Page, keyset_page
from storesync.core.views import ObjectFormView


class CampaignAudienceView(CampaignMixin, ObjectFormView[LocationCampaign]):
    """Add recipients, take some out; a change is a revision of the campaign (Rule A3).

    Turning the page and searching are buttons of the form, so that nothing typed or ticked is lost.
    """

    permission = EDIT_CAMPAIGN
    template_name = "campaigns/campaign_audience.html"
    form_class = RecipientsForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What cannot be changed now says so before anybody types."""
        if reason := why_recipients_fixed(self.object):
            messages.info(request, reason)
            return redirect(self.url("campaign_recipients"))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "show" in request.POST:
            form = self.get_form()
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"version": self.object.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign, given = self.object, self.request.POST
        people, page = self.people(given.get("q", "").strip(), given.get("show", ""))
        ticked = set(chosen_ids(given.getlist("contact")))
        clear = can(self.request.user, VIEW_CONTACT, campaign)
        rows = [_row(one, clear=clear, ticked=one.contact_id in ticked) for one in page.rows]
        return super().get_context_data(**kwargs) | {
            "page_title": _("Recipients of “%(name)s”") % {"name": campaign.name},
            "campaign": campaign,
            "count": campaign.current_revision.audience.get("count", 0),
            "rows": rows,
            "page": page,
            "q": given.get("q", "").strip(),
            "elsewhere": ticked - {one["id"] for one in rows},
            "clear": clear,
            "candidate": campaign.status in APPROVED_STATES,
            "cancel_url": self.url("campaign_edit"),
            "submit_label": _("Save recipients"),
        }

    def people(self, q: str, cursor: str) -> tuple[Any, Page[AudienceEntry]]:
        """Those who are in it, or of them the one with this address; one page of them."""
        listed = self.object.current_revision.audience.get("list")
        people = entries_of(UUID(listed), self.object.location_id) if listed else AudienceEntry.objects.none()
        if q:
            people = people.with_address(q)
        return people, keyset_page(people, order=["pk"], cursor=cursor, size=50)

    def perform(self, form: RecipientsForm) -> HttpResponse:
        text, source = form.recipients_text()
        ticked = chosen_ids(self.request.POST.getlist("contact"))
        try:
            saved, change = change_recipients(
                campaign=self.object,
                actor=self.request.user,
                version=form.cleaned_data["version"],
                add=text,
                source=source,
                take_out=form.cleaned_data["take_out"],
                contacts=ticked,
                replace=form.cleaned_data["mode"] == REPLACE,
            )
        except EditConflict as conflict:
            self.object = self.get_object()
            form.renew_version(conflict.campaign.version)
            raise ActionRefused(
                _("%(why)s These are its recipients now; save again to make your change.")
                % {"why": conflict.message}
            ) from None
        self.tell(saved, change)
        return redirect(self.url("campaign_edit"))

    def tell(self, saved: LocationCampaign, change: RecipientChange) -> None:
        """What became of what was handed in."""
        words = _told(change)
        if change.changed:
            total = ngettext(
                "It has %(n)d recipient now.", "It has %(n)d recipients now.", len(change.people)
            )
            messages.success(self.request, " ".join([*words, total % {"n": len(change.people)}]))
            if saved.has_candidate:
                messages.info(
                    self.request,
                    _("What is approved stays in force until this change is approved too. Submit it."),
                )
        else:
            messages.info(self.request, " ".join([_("Nothing has changed."), *words]))
        if change.problems:
            left = ngettext("%(n)d line was not taken:", "%(n)d lines were not taken:", len(change.problems))
            why = "; ".join(f"{one.row}: {one.reason}" for one in change.problems[:5])
            messages.warning(self.request, f"{left % {'n': len(change.problems)}} {why}")


def _told(change: RecipientChange) -> Sequence[str]:
    counts = (
        (change.added, ngettext("%(n)d recipient added.", "%(n)d recipients added.", change.added)),
        (
            change.removed,
            ngettext("%(n)d recipient taken out.", "%(n)d recipients taken out.", change.removed),
        ),
        (
            change.duplicates,
            ngettext("%(n)d was in it already.", "%(n)d were in it already.", change.duplicates),
        ),
        (
            change.unknown,
            ngettext("%(n)d to take out was not in it.", "%(n)d to take out were not in it.", change.unknown),
        ),
    )
    return [words % {"n": n} for n, words in counts if n]


def _row(entry: AudienceEntry, *, clear: bool, ticked: bool) -> dict[str, Any]:
    """One person of the list; names and addresses for who may see personal data."""
    contact = entry.contact
    address = contact.address or _("erased")
    name = f"{contact.first_name} {contact.last_name}".strip()
    return {
        "id": contact.pk,
        "address": address if clear or not contact.address else masked(address),
        "name": name if clear else "",
        "ticked": ticked,
    }
