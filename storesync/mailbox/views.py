"""The mailbox of the demo: what the sink received, each mail as its reader would see it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView

from storesync.core import formats
from storesync.core.frames import MailFrameResponse
from storesync.core.permissions import SIGNED_IN
from storesync.core.views import FragmentMixin, GuardedView
from storesync.mailbox.reading import Reading, read
from storesync.mailbox.store import Envelope, Mailbox


def found(message_id: str) -> Envelope:
    """The envelope, or 404."""
    envelope = Mailbox.of_settings().find(message_id)
    if envelope is None:
        raise Http404
    return envelope


class MessageListView(FragmentMixin, TemplateView):
    """Newest first, with search; POST deletes all."""

    permission = SIGNED_IN
    template_name = "mailbox/message_list.html"
    fragment_template_name = "mailbox/_message_table.html"
    page_size: ClassVar[int] = 50

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()
        pages = Paginator(Mailbox.of_settings().newest_first(words), self.page_size)
        page = pages.get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "page_title": _("Mailbox"),
            "page_obj": page,
            "page_range": pages.get_elided_page_range(page.number),
            "words": words,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        Mailbox.of_settings().clear()
        messages.success(request, _("All mail was deleted."))
        return redirect("mailbox:list")


class MessageView(GuardedView, TemplateView):
    """One mail: as its reader sees it, as text, and with all headers."""

    permission = SIGNED_IN
    template_name = "mailbox/message_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        envelope = found(self.kwargs["message_id"])
        reading = read(Mailbox.of_settings().content(envelope))
        parts = {"html": _("Mail"), "text": _("Text"), "headers": _("Headers")}
        if not reading.html:
            del parts["html"]
        wanted = self.request.GET.get("part", "")
        part = wanted if wanted in parts else next(iter(parts))
        tabs = [
            {"label": label, "url": f"?part={name}", "current": name == part} for name, label in parts.items()
        ]
        return super().get_context_data(**kwargs) | {
            "envelope": envelope,
            "reading": reading,
            "tabs": tabs,
            "part": part,
            "facts": self.facts(envelope, reading),
        }

    def facts(self, envelope: Envelope, reading: Reading) -> list[dict[str, str]]:
        """What the top of the page says about the mail."""
        facts = [
            {"label": _("From"), "value": envelope.sender},
            {"label": _("To"), "value": envelope.recipient},
            {"label": _("Sent by"), "value": envelope.mail_from},
            {"label": _("Delivered to"), "value": ", ".join(envelope.rcpt_tos)},
            {
                "label": _("Received"),
                "value": formats.moment(envelope.received_at),
            },
            {"label": _("Size"), "value": filesizeformat(envelope.size)},
        ]
        facts += [
            {
                "label": _("Attachment"),
                "value": f"{attachment.name} ({attachment.kind}, {filesizeformat(attachment.size)})",
            }
            for attachment in reading.attachments
        ]
        return facts


class MessageBodyView(GuardedView):
    """The HTML part by itself, for the frames of the mail's page."""

    permission = SIGNED_IN
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, message_id: str) -> HttpResponse:
        reading = read(Mailbox.of_settings().content(found(message_id)))
        if not reading.html:
            raise Http404
        return MailFrameResponse(reading.html, pictures=True)
