"""Errors as pages of the product: what happened, whose turn it is, where to go on.

A person who is signed in keeps the sidebar, others get the plain page; htmx gets an alert for the page that
is open already. The page for 500 asks neither the database nor the request for anything: either may be what
broke.
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself makes no sense; its details stay in the log."""
    return _error_page(request, 400, "errors/400.html")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but without the right; a reason given with PermissionDenied is shown."""
    return _error_page(request, 403, "errors/403.html", str(exception or ""))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not there for this person (Rule A10); never says which."""
    return _error_page(request, 404, "errors/404.html")


def method_not_allowed(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse:
    """405: what only a button sends was opened as a page, or the other way round."""
    response = HttpResponse(status=405) if _is_htmx(request) else _error_page(request, 405, "errors/405.html")
    response.headers["Allow"] = ", ".join(allowed)
    return response


def conflict(request: HttpRequest, message: str) -> HttpResponse:
    """409: an action refused; `message` says why, in words for people."""
    if _is_htmx(request):
        response = HttpResponse(render_to_string("errors/_alert.html", {"message": message}), status=409)
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "beforeend show:top"
        return response
    return _error_page(request, 409, "errors/409.html", message)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old: mostly a page that stood open overnight."""
    message = _(
        "For your safety a form can be sent only from our own pages, and not after you have signed out. "
        "Go back, load the page again and send it once more."
    )
    return _error_page(request, 403, "errors/csrf.html", message)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without the request's context, so without a query and without the sidebar."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def _is_htmx(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted


def _error_page(request: HttpRequest, status: int, template: str, message: str = "") -> HttpResponse:
    """The page of an error; without middleware behind it (a bad host name) as without a person."""
    user = getattr(request, "user", None)
    known = status != 400 and user is not None and user.is_authenticated
    context: dict[str, Any] = {"message": message, "layout": "base.html" if known else "bases/public.html"}
    return HttpResponse(render_to_string(template, context, request=request), status=status)
