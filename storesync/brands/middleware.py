"""The tenant is in the address: resolve the brand, open its scope around view and rendering."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from storesync.brands.models import Brand
from storesync.core.scoping import brand_scope


class BrandScopeMiddleware:
    """Open the scope of `/b/<brand>/...` for its people; 404 for everybody else (Rule A10).

    Pages across brands (home, notifications) get the scope of all brands the person belongs to. For anonymous
    requests nothing is resolved, or strangers could probe slugs (302 against 404).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.brand = None  # type: ignore[attr-defined]
        request.user_brands = []  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.get_response(request)
        mine = list(Brand.objects.of(request.user).with_rights(request.user))
        request.user_brands = mine  # type: ignore[attr-defined]
        slug = self._slug(request)
        if slug is None:
            with brand_scope(brand.pk for brand in mine):
                return self.get_response(request)
        brand = next((brand for brand in mine if brand.slug == slug), None)
        request.brand = brand  # type: ignore[attr-defined]
        if brand is not None and request.session.get("brand") != brand.slug:
            request.session["brand"] = brand.slug  # what the sidebar of pages without a brand leads to
        with brand_scope([brand.pk] if brand else []):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """A brand page without a brand is not there for this person."""
        if "brand" in kwargs and request.user.is_authenticated:
            if request.brand is None:  # type: ignore[attr-defined]
                raise Http404
            del kwargs["brand"]

    @staticmethod
    def _slug(request: HttpRequest) -> str | None:
        try:
            slug: str | None = resolve(request.path_info).kwargs.get("brand")
        except Resolver404:
            return None
        return slug
