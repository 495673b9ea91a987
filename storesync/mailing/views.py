"""The public page that ends mail: one click, no sign-in, no script (Rules C1, C2; RFC 8058)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic.base import View

from storesync.mailing.actions import unsubscribe


# Public: whoever got the mail may end it, and mail programs post here for them. Exempt from CSRF because no
# cookie authorises anything here: the token in the address does, and who has it may do this.
@method_decorator([login_not_required, csrf_exempt, never_cache], name="dispatch")
class UnsubscribeView(View):
    """`/u/<token>/`: a GET shows a page and changes nothing, a POST ends it at once.

    A token that we did not make looks the same as one that we did, so nothing can be learned by trying.
    """

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page(request, {})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        company = request.POST.get("scope") == "company"
        unsubscribe(token=token, company=company)
        return self.page(request, {"done": True, "company": company})

    def page(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """The page; its address is a secret of the reader's, so it is told to nobody and found by nobody."""
        response = render(request, "mailing/unsubscribe.html", context)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response


@method_decorator([login_not_required, never_cache], name="dispatch")
class TestUnsubscribeView(View):
    """Where the unsubscribe link of a test mail leads: it names nobody and does nothing (Rule S7)."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        response = render(request, "mailing/unsubscribe_test.html")
        response.headers["X-Robots-Tag"] = "noindex"
        return response
