"""The mailbox of the demo: what the sink received, each mail as its reader would see it."""

from typing import Any, ClassVar

from csp.decorators import csp
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic.base import TemplateView

from storesync.core.permissions import SIGNED_IN
from storesync.core.views import FragmentMixin, GuardedView
from storesync.mailbox.reading import read
from storesync.mailbox.store import Envelope, Mailbox

# A mail is a stranger's page: no scripts, no forms, and a place of its own by the sandbox.
_MAIL_POLICY: dict[str, Any] = {
    "default-src": ["'none'"],
    "img-src": ["*", "data:"],
    "style-src": ["'unsafe-inline'"],
    "font-src": ["data:"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox", "allow-top-navigation-by-user-activation"],
}


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
        return super().get_context_data(**kwargs) | {"page": page, "words": words}

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
        tabs = [("html", _("Mail")), ("text", _("Text")), ("headers", _("Headers"))]
        if not reading.html:
            tabs = tabs[1:]
        wanted = self.request.GET.get("tab", "")
        tab = wanted if wanted in dict(tabs) else tabs[0][0]
        return super().get_context_data(**kwargs) | {
            "envelope": envelope,
            "reading": reading,
            "tabs": tabs,
            "tab": tab,
        }


@method_decorator([xframe_options_sameorigin, csp(_MAIL_POLICY)], name="dispatch")
class MessageBodyView(GuardedView):
    """The HTML part by itself, for the frame of the mail's page."""

    permission = SIGNED_IN
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, message_id: str) -> HttpResponse:
        reading = read(Mailbox.of_settings().content(found(message_id)))
        if not reading.html:
            raise Http404
        response = HttpResponse(reading.html)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
