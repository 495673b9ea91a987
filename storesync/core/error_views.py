"""Errors as pages of the product."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def conflict(request: HttpRequest, message: str) -> HttpResponse:
    """An action refused: what is true now, in words (409)."""
    return render(request, "errors/409.html", {"message": message}, status=409)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was not sent from our page, or its page was too old (403)."""
    return render(request, "errors/csrf.html", status=403)
