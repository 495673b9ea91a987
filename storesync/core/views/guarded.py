"""What every page has in common: a right that it needs, and a fragment beside the page where it has one.

A stranger (no membership in the brand) meets a 404 in the middleware; an insider without the right gets 403;
an object that the person may not see is a 404 (Rule A10).
"""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.generic.base import View

from storesync.core import error_views
from storesync.core.permissions import ADMIN, SIGNED_IN, holds

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from storesync.accounts.models import User
    from storesync.brands.models import Brand


class PersonRequest(HttpRequest):
    """A request behind the middlewares: signed in, with its brand where the address names one."""

    user: "User"
    brand: "Brand"
    htmx: "HtmxDetails"


class GuardedView(View):
    """A page with a right: `permission` is needed on the brand of the address, or on the object shown.

    Attributes:
        permission: a right of the brand, SIGNED_IN, or ADMIN.
        whole_brand: whether the right is needed on the brand itself, not just on something in it.
    """

    permission: ClassVar[str] = ""
    whole_brand: ClassVar[bool] = False
    request: Any  # a PersonRequest; the generic views declare it as a plain HttpRequest
    _permitted = False

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        if not (initkwargs.get("permission") or cls.permission):
            raise ImproperlyConfigured(f"{cls.__name__} names no permission")
        return super().as_view(**initkwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check_permission()
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page that says what to do, instead of an empty one."""
        allowed = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        return error_views.method_not_allowed(request, allowed)

    def check_permission(self) -> None:
        """Refuse an insider who holds the right nowhere in the brand; asked once a request."""
        if self._permitted or self.permission == SIGNED_IN:
            return
        if self.permission == ADMIN:
            if not self.request.user.is_superuser:
                raise PermissionDenied
            return
        brand = getattr(self.request, "brand", None)
        if brand is None:
            raise ImproperlyConfigured(f"{type(self).__name__} needs a brand in its address")
        # The rights on the brand itself came with it; only those on a part of it are still to be asked.
        held = self.permission in brand.held
        if not held and not self.whole_brand:
            held = holds(self.request.user, self.permission, brand)
        if not held:
            raise PermissionDenied
        self._permitted = True

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks for a part of the page (a boosted link asks for the whole)."""
        return (
            bool(self.request.htmx)
            and not self.request.htmx.boosted
            and not self.request.htmx.history_restore_request
        )


class FragmentMixin(GuardedView):
    """One address, one view, two templates: the page and the fragment that it includes."""

    fragment_template_name: ClassVar[str] = ""
    template_name: Any = None

    def get_template_names(self) -> list[str]:
        if self.fragment_template_name and self.wants_fragment:
            return [self.fragment_template_name]
        return [str(self.template_name)]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(cast(HttpResponse, response), ["HX-Request"])
        return response
