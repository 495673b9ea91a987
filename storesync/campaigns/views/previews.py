"""The preview panel, shared by the pages of campaigns and templates (templates/campaigns/_preview.html).

A page says what is previewed (a rendered message) and where it is answered; what is chosen (view, store,
recipient) is in preview_choice.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from storesync.brands.models import Location
from storesync.brands.permissions import holds
from storesync.brands.rights import VIEW_TEMPLATE
from storesync.campaigns.forms.blocks import place_of
from storesync.campaigns.frames import errors_frame
from storesync.campaigns.messages import sample_values
from storesync.campaigns.models import TemplateVersion
from storesync.campaigns.views.preview_choice import (
    PARAMETERS,
    Choice,
    Persona,
    choice_of,
    personas,
    views,
    visible_locations,
)
from storesync.content.checks import PREHEADER_SHOWN, SIZE_WARNING, SUBJECT_SHOWN
from storesync.content.facts import location_facts
from storesync.content.rendering import (
    GMAIL_CLIPS_AT,
    CompiledMessage,
    ContentInvalid,
    RenderedMessage,
    dark_preview,
    light_preview,
)
from storesync.content.variables import Variable
from storesync.core.frames import MailFrameResponse

_BODY: Final = re.compile(r"<body[^>]*>")
_BESIDE: Final = (
    '<div style="padding:12px 16px;border-bottom:1px solid #7d8698;background:#fff;color:#1a2033;'
    'font:14px/1.5 sans-serif">{}</div>'
)
"""What stands over a mail in a frame of its own; the frame knows no style sheet of ours."""


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

    @property
    def alone_src(self) -> str:
        """The same for a frame that tells itself what it shows (without script)."""
        return f"{self.frame_src}{'&' if '?' in self.frame_src else '?'}alone=1"


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
    alone = "alone" in request.GET or "alone" in request.POST
    beside = _facts_in_words(shown_of(message, choice.persona, sender), choice) if alone else []
    if choice.view == "text":
        return text_frame("\n".join([*beside, "", ""]) * alone + choice.persona.fill(message.text))
    mail = choice.persona.fill(message.html, markup=True)
    if alone:
        lines = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in beside))
        mail = _BODY.sub(lambda body: body[0] + format_html(_BESIDE, lines), mail, count=1)
    seen = dark_preview if choice.view == "dark" else light_preview
    return MailFrameResponse(seen(mail), pictures=True)


def _facts_in_words(shown: Shown, choice: Choice) -> list[str]:
    """The inbox line, the size, and whose mail it is, to whom."""
    size = _("%(size)s of 102 KB") % {"size": shown.kilobytes}
    reader = _("As %(store)s, to %(person)s") % {"store": choice.store, "person": choice.persona.label}
    subject, preheader = shown.subject + shown.subject_rest, shown.preheader + shown.preheader_rest
    return [line for line in (shown.sender, subject, preheader, f"{reader} · {size}") if line]


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


def store_frame(
    request: Any, message: CompiledMessage, variables: Mapping[str, Variable], held: str = ""
) -> HttpResponse:
    """A compiled template as the preview asks for it, as the content of a frame; `held` as in `choice_of`."""
    choice = choice_of(request, held=held)
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
