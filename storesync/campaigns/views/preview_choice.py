"""What a preview is asked to show: which view, as which store, written to whom.

It travels in PARAMETERS, in the address or in the posted form, so that a preview can be shared and works
without script. Names of people are put in where the recipient's marks stand; they are never compiled as
template text (Rule T2).
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from storesync.audience.models import AudienceEntry, Contact
from storesync.brands.models import Location
from storesync.brands.permissions import can
from storesync.brands.rights import VIEW_CONTACT, VIEW_LOCATION, comes_with
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.selection import location_called, location_label, worst_location
from storesync.content.language import show_recipient_fields

PARAMETERS: Final = ("view", "pick", "store", "location", "recipient")
"""What is chosen: the view, the "worst" or "own" store, a store in words or by id, a persona or a contact."""
LINKS: Final = {"unsubscribe_url": "#", "browser_url": "#"}
FOUND: Final = 20
"""Stores and people that a search offers."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Who a preview is written to: `key` is a word of PERSONAS or the id of a contact."""

    key: str
    label: str
    fields: Mapping[str, str]

    def fill(self, text: str, *, markup: bool = False) -> str:
        """A rendered text with this person's fields where its marks stand, escaped where they meet markup."""
        fields = {**self.fields, **LINKS}
        if markup:
            fields = {name: html.escape(value) for name, value in fields.items()}
        return show_recipient_fields(text, fields)


def personas() -> list[Persona]:
    """The made-up recipients that everybody may preview as."""
    return [
        Persona("alex", _("Alex Example"), {"first_name": "Alex", "last_name": "Example"}),
        Persona("nameless", _("Somebody without a name"), {}),
        Persona(
            "long",
            _("Somebody with a very long name"),
            {"first_name": "Maximiliane-Alexandrina", "last_name": "Featherstonehaugh-Cholmondeley"},
        ),
    ]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a preview is asked to show.

    Attributes:
        view: of `views()`.
        location: the store; None where the person may see none.
        persona: the recipient.
        given: the parameters as they were given, for addresses.
        unknown: a store in words that nothing answers to; the preview shows another one then.
        own: the store that the message is of; None where it is of none.
    """

    view: str
    location: Location | None
    persona: Persona
    given: Mapping[str, str]
    unknown: str = ""
    own: Location | None = None

    @property
    def store(self) -> str:
        """The store in words."""
        return location_label(self.location) if self.location else ""

    @property
    def instead_of(self) -> str:
        """The store that the message is of, in words, where another one is shown; else ""."""
        shown_elsewhere = self.own is not None and self.location is not None and self.own != self.location
        return location_label(self.own) if self.own and shown_elsewhere else ""


def views(*, both: bool = False) -> list[tuple[str, str, str]]:
    """The views of a message: value, word and icon; `both` shows desktop and phone beside each other."""
    beside = [("both", _("Side by side"), "side-by-side")] if both else []
    return [
        *beside,
        ("desktop", _("Desktop"), "desktop"),
        ("phone", _("Phone"), "phone"),
        ("text", _("Plain text"), "text"),
        ("dark", _("Dark"), "dark"),
    ]


def visible_locations(request: Any, held: str = "") -> QuerySet[Location]:
    """The stores that the person may preview as; `held`: the right that the page has asked on the brand."""
    found: QuerySet[Location] = Location.objects.all()
    if (held and comes_with(VIEW_LOCATION, held)) or can(request.user, VIEW_LOCATION, request.brand):
        return found
    return found.visible_to(request.user, VIEW_LOCATION)  # type: ignore[attr-defined, no-any-return]


def choice_of(
    request: Any,
    *,
    own: Location | None = None,
    campaign: LocationCampaign | None = None,
    view: str = "desktop",
    held: str = "",
) -> Choice:
    """What the request asks a preview to show; whatever cannot be read is left at its default.

    Args:
        own: the store that the message is of; without one it opens on the worst (Rule T4).
        campaign: whose recipients it may be shown to, for who may see personal data.
        view: the view that it opens with; "both" only where the panel has room for two.
        held: the right that the page has asked on the brand itself, if any.
    """
    given = _given(request)
    location, unknown = _location(request, given, own, held)
    brand = request.brand
    if location is not None and brand is not None and location.brand_id == brand.pk:
        location.brand = brand
    wanted = given.get("view", view)
    return Choice(
        view=wanted if wanted in {value for value, *_rest in views(both=view == "both")} else view,
        location=location,
        persona=_persona(request, given.get("recipient", ""), campaign),
        given=given,
        unknown=unknown,
        own=own,
    )


def _given(request: HttpRequest) -> dict[str, str]:
    """The parameters that say something; what is posted counts more than the address."""
    both = [request.GET, request.POST] if request.method == "POST" else [request.GET]
    return {
        name: value[:200]
        for source in both
        for name in PARAMETERS
        if (value := source.get(name, "").strip().replace("\0", ""))
    }


def _location(
    request: Any, given: Mapping[str, str], own: Location | None, held: str
) -> tuple[Location | None, str]:
    pick, words, wanted = (given.get(name, "") for name in ("pick", "store", "location"))
    if own is not None and (pick == "own" or not (pick or words or wanted)):
        return own, ""
    visible = visible_locations(request, held)
    if pick == "worst":
        return worst_location(visible), ""
    if words and pick != "own":
        if own is not None and words == location_label(own):
            return own, ""
        found = location_called(visible, words)
        return found or own or worst_location(visible), "" if found else words
    if wanted and pick != "own":
        try:
            found = visible.filter(pk=UUID(wanted)).first()
        except ValueError:
            return own or worst_location(visible), ""
        if found is None:
            raise Http404
        return found, ""
    return own or worst_location(visible), ""


def _persona(request: Any, key: str, campaign: LocationCampaign | None) -> Persona:
    made_up = personas()
    known = next((one for one in made_up if one.key == key), None)
    if known or not key or campaign is None or not can(request.user, VIEW_CONTACT, campaign):
        return known or made_up[0]
    try:
        contact = recipients_of(campaign).filter(pk=UUID(key)).first()
    except ValueError:
        contact = None
    return persona_of(contact) if contact else made_up[0]


def persona_of(contact: Contact) -> Persona:
    """A person whom the message will reach."""
    fields = {**contact.fields, "first_name": contact.first_name, "last_name": contact.last_name}
    name = " ".join(filter(None, fields.values()))
    return Persona(str(contact.pk), f"{name}, {contact.address}" if name else contact.address, fields)


def recipients_of(campaign: LocationCampaign) -> QuerySet[Contact]:
    """The people whom a campaign will reach, as its current revision says."""
    chosen = campaign.current_revision.audience.get("list")
    if not chosen:
        return Contact.objects.none()
    entries = AudienceEntry.objects.filter(list_id=chosen, location_id=campaign.location_id)
    found: QuerySet[Contact] = Contact.objects.filter(
        pk__in=entries.values("contact_id"), erased_at__isnull=True
    )
    return found
