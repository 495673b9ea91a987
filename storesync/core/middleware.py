"""The request's id, in the history and in the logs."""

import logging
from collections.abc import Callable

import pghistory
import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import SimpleTemplateResponse

from storesync.core import error_views
from storesync.core.errors import ActionRefused
from storesync.core.logs import without_secrets
from storesync.core.models import new_id

logger = logging.getLogger(__name__)


class RequestContextMiddleware:
    """Open the history context of this request; answer an action's refusal as a page (409).

    The context is open for reads too: opening it costs nothing, and a GET that wrote without it would
    leave history without a request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = new_id().hex
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            with pghistory.context(request=request_id, path=without_secrets(request.path)):
                response = self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        response.headers["X-Request-ID"] = request_id
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | SimpleTemplateResponse | None:
        """Show why an action refused; a view that can show it at its place catches it itself."""
        if isinstance(exception, ActionRefused):
            return error_views.conflict(request, exception.message)
        return None
