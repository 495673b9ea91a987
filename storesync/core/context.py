"""What every page's shell needs."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The brand in the address and the brands of the person."""
    return {"brand": getattr(request, "brand", None), "user_brands": getattr(request, "user_brands", [])}
