"""The preview panel, shared by the pages of campaigns and templates (templates/campaigns/_preview.html).

A page says what is previewed (a rendered message) and where it is answered; what is chosen (view, store,
recipient) travels in PARAMETERS, in the address or in the posted form, so that a preview can be shared and
works without script. Names of people are put in where the recipient's marks stand; they are never compiled as
template text (Rule T2).
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from storesync.audience.models import AudienceEntry, Contact
from storesync.brands.models import Location
from storesync.brands.permissions import can, holds
from storesync.brands.rights import VIEW_CONTACT, VIEW_LOCATION, VIEW_TEMPLATE
from storesync.campaigns.forms.blocks import place_of
from storesync.campaigns.frames import errors_frame
from storesync.campaigns.messages import sample_values
from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.selection import location_called, location_label, worst_location
from storesync.content.checks import PREHEADER_SHOWN, SIZE_WARNING, SUBJECT_SHOWN
from storesync.content.facts import location_facts
from storesync.content.language import show_recipient_fields
from storesync.content.rendering import (
    GMAIL_CLIPS_AT,
    CompiledMessage,
    ContentInvalid,
    RenderedMessage,
    dark_preview,
)
from storesync.content.variables import Variable
from storesync.core.frames import MailFrameResponse

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


def visible_locations(request: Any) -> QuerySet[Location]:
    """The stores that the person may preview as."""
    found: QuerySet[Location] = Location.objects.all()
    if can(request.user, VIEW_LOCATION, request.brand):
        return found
    return found.visible_to(request.user, VIEW_LOCATION)  # type: ignore[attr-defined, no-any-return]


def choice_of(
    request: Any,
    *,
    own: Location | None = None,
    campaign: LocationCampaign | None = None,
    view: str = "desktop",
) -> Choice:
    """What the request asks a preview to show; whatever cannot be read is left at its default.

    Args:
        own: the store that the message is of; without one it opens on the worst (Rule T4).
        campaign: whose recipients it may be shown to, for who may see personal data.
        view: the view that it opens with; "both" only where the panel has room for two.
    """
    given = _given(request)
    location, unknown = _location(request, given, own)
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


def _location(request: Any, given: Mapping[str, str], own: Location | None) -> tuple[Location | None, str]:
    visible = visible_locations(request).select_related("brand")
    pick, words, wanted = (given.get(name, "") for name in ("pick", "store", "location"))
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


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands beside the message: the inbox line, cut where inboxes cut it, and its size.

    Attributes:
        subject, preheader: what an inbox shows; `subject_rest`, `preheader_rest`: what it cuts off.
        kilobytes: of the HTML; `weight` is "good", "heavy" (90 KB and more) or "cut" (from 102 KB, Rule T7).
        missing: what the store lacks, in words (Rule T3).
        problems: why there is no message at all.
    """

    sender: str = ""
    subject: str = ""
    subject_rest: str = ""
    preheader: str = ""
    preheader_rest: str = ""
    kilobytes: int = 0
    weight: str = "good"
    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def shown_of(message: RenderedMessage, persona: Persona, sender: str) -> Shown:
    """The inbox line and the size of a message."""
    subject, preheader = persona.fill(message.subject), persona.fill(message.preheader)
    size = message.size
    return Shown(
        sender=sender,
        subject=subject[:SUBJECT_SHOWN],
        subject_rest=subject[SUBJECT_SHOWN:],
        preheader=preheader[:PREHEADER_SHOWN],
        preheader_rest=preheader[PREHEADER_SHOWN:],
        kilobytes=-(-size // 1024),
        weight="cut" if size >= GMAIL_CLIPS_AT else "heavy" if size >= SIZE_WARNING else "good",
        missing=tuple(_(one.label) for one in message.missing),
    )


def shown_of_errors(invalid: ContentInvalid) -> Shown:
    """What stands in the place of the inbox line where there is no message."""
    return Shown(problems=tuple(place_of(error) for error in invalid.errors))


@dataclass(frozen=True, slots=True)
class Panel:
    """The context of `campaigns/_preview.html`, under the name `preview`; the template says what is what."""

    choice: Choice
    shown: Shown
    frame_url: str
    post_url: str = ""
    form: str = "preview-form"
    stores_url: str = ""
    contacts_url: str = ""
    has_own: bool = False
    both: bool = False
    in_frame: bool = False
    kept: list[tuple[str, str]] = field(default_factory=list)

    @property
    def views(self) -> list[tuple[str, str, str]]:
        """The segments of its switch."""
        return views(both=self.both)

    @property
    def personas(self) -> list[Persona]:
        """The recipients of its list: the made-up ones, and the real one that is chosen."""
        made_up = personas()
        chosen = self.choice.persona
        return made_up if chosen.key in {one.key for one in made_up} else [*made_up, chosen]

    @property
    def frame_src(self) -> str:
        """The address of the frame with what is chosen."""
        return with_choice(self.frame_url, self.choice)


def panel(
    request: Any,
    choice: Choice,
    shown: Shown,
    *,
    frame_url: str,
    post_url: str = "",
    form: str = "",
    own: Location | None = None,
    contacts_url: str = "",
    stores: bool = True,
    both: bool = False,
    in_frame: bool = False,
) -> Panel:
    """The panel of a page.

    Args:
        shown: of the message that the frame opens with.
        frame_url: answers a GET with the message as it is kept.
        post_url, form: answers a POST of the form with that id with the message as it is being typed.
        own: the store that the message is of.
        contacts_url: where real recipients are searched; "" where the person may see none.
        stores: whether another store than its own can be chosen at all.
        both: whether desktop and phone can be shown beside each other; the choice has to know it too.
        in_frame: without script only the frame is loaded anew, so that what is ticked beside it stays.
    """
    several = stores and len(visible_locations(request).order_by()[:2]) > 1
    return Panel(
        choice=choice,
        shown=shown,
        frame_url=frame_url,
        post_url=post_url,
        form=form or "preview-form",
        stores_url=reverse("campaigns:preview_stores", args=[request.brand.slug]) if several else "",
        contacts_url=contacts_url,
        has_own=own is not None,
        both=both,
        in_frame=in_frame,
        kept=_kept(request.GET),
    )


def _kept(given: QueryDict) -> list[tuple[str, str]]:
    """The other parameters of the page, which choosing a view must not lose."""
    return [(name, value) for name in given if name not in PARAMETERS for value in given.getlist(name)]


def with_choice(url: str, choice: Choice) -> str:
    """An address with what is chosen."""
    if not choice.given:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(choice.given)}"


def answer(request: HttpRequest, message: RenderedMessage, choice: Choice, sender: str) -> HttpResponse:
    """A message in the chosen view, as a frame's content; with `part=facts` what stands beside it instead."""
    if request.GET.get("part") == "facts":
        return _facts(request, choice, shown_of(message, choice.persona, sender))
    if choice.view == "text":
        return text_frame(choice.persona.fill(message.text))
    mail = choice.persona.fill(message.html, markup=True)
    return MailFrameResponse(dark_preview(mail) if choice.view == "dark" else mail, pictures=True)


def answer_errors(request: HttpRequest, invalid: ContentInvalid, choice: Choice) -> HttpResponse:
    """What keeps content from being a message, in the place of it."""
    if request.GET.get("part") == "facts":
        return _facts(request, choice, shown_of_errors(invalid))
    return errors_frame(invalid)


def _facts(request: HttpRequest, choice: Choice, shown: Shown) -> HttpResponse:
    return render(request, "campaigns/_preview_facts.html", {"choice": choice, "shown": shown})


def text_frame(text: str) -> HttpResponse:
    """The plain-text part, as programs without HTML show it."""
    style = (
        "body{margin:16px;font:14px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}"
    )
    return MailFrameResponse(
        format_html(
            '<!doctype html><meta charset="utf-8"><title>{}</title><style>{}</style>{}',
            _("Plain text"),
            style,
            text,
        )
    )


def version_url(request: Any, version: TemplateVersion | None) -> str:
    """The page of a version for whom it opens, else ""."""
    if version is None or not holds(request.user, VIEW_TEMPLATE, request.brand):
        return ""
    page = reverse("campaigns:template", args=[request.brand.slug, version.template.slug])
    return f"{page}?version={version.number}"


# -- of templates: no store of their own, and samples for the values of a roll-out --


def store_frame(request: Any, message: CompiledMessage, variables: Mapping[str, Variable]) -> HttpResponse:
    """A compiled template as the preview asks for it, as the content of a frame."""
    choice = choice_of(request)
    sender = choice.location.name if choice.location else request.brand.name
    return answer(request, as_store(request, message, variables, choice), choice, sender)


def as_store(
    request: Any, message: CompiledMessage, variables: Mapping[str, Variable], choice: Choice
) -> RenderedMessage:
    """A template's message with the facts of the chosen store, and samples for the values of a roll-out."""
    location = choice.location
    facts = {"brand_name": request.brand.name}
    if location:
        facts = location_facts(location, request.brand, message.declared_facts)
    return message.render(facts, sample_values(variables))


def preview_query(*, version: TemplateVersion | None = None, location: Location | None = None) -> str:
    parts = [f"version={version.number}"] if version else []
    if location:
        parts.append(f"location={location.pk}")
    return f"?{'&'.join(parts)}" if parts else ""


def number_of(text: str) -> int:
    """The number in the address or the form; -1, which nothing has, for whatever else stands there."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
