"""A session that ended while a page stood open: htmx must not draw the sign-in form into a table."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect


class SignedOutMiddleware:
    """Turn a redirect to the sign-in page into one that the whole window follows, and back from there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        htmx = getattr(request, "htmx", None)
        if not htmx or not 300 <= response.status_code < 400:
            return response
        if urlsplit(response.headers.get("Location", "")).path != resolve_url(settings.LOGIN_URL):
            return response
        return HttpResponseClientRedirect(redirect_to_login(htmx.current_url_abs_path or "/").url)
