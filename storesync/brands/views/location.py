"""Locations: list, one location with its people and history, forms."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from storesync.brands.actions.location import (
    LOCATION_FIELDS,
    close_location,
    create_location,
    reopen_location,
    update_location,
)
from storesync.brands.addresses import postal_line
from storesync.brands.bulk import bulk_actions
from storesync.brands.filters import LocationFilter
from storesync.brands.forms import CloseLocationForm, LocationForm, NewLocationForm
from storesync.brands.models import Location, LocationStatus
from storesync.brands.navigation import rights_here
from storesync.brands.permissions import can
from storesync.brands.queries import reach_of
from storesync.brands.querysets import LocationQuerySet
from storesync.brands.rights import (
    EDIT_CAMPAIGN,
    MANAGE_LOCATION,
    MANAGE_PEOPLE,
    VIEW_CAMPAIGN,
    VIEW_LOCATION,
)
from storesync.brands.tables import LocationTable
from storesync.core.changes import history_of
from storesync.core.choices import languages
from storesync.core.navigation import address
from storesync.core.views import (
    ActionView,
    DetailView,
    FormView,
    ListView,
    ObjectFormView,
    VersionedFormView,
)


class LocationList(ListView):
    """The locations that this person may see."""

    permission = VIEW_LOCATION
    table_class = LocationTable
    filterset_class = LocationFilter
    template_name = "brands/location_list.html"
    fragment_template_name = "components/results.html"
    default_order = ("name",)

    def get_queryset(self) -> LocationQuerySet:
        mine: LocationQuerySet = Location.objects.visible_to(self.request.user, VIEW_LOCATION)
        return mine.select_related("region").defer("search")

    def get_table_kwargs(self) -> dict[str, Any]:
        return {} if bulk_actions(self.request) else {"exclude": ("select",)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = bulk_actions(self.request)
        return super().get_context_data(**kwargs) | {
            "page_title": _("Locations"),
            "bulk_actions": actions,
            "bulk_url": actions[0][1] if actions else "",
            "may_create": MANAGE_LOCATION in rights_here(self.request),
            "empty_template": "brands/_location_empty.html",
        }


class LocationMixin:
    """Locations of the address, as far as the person may see them."""

    request: Any

    def get_queryset(self) -> LocationQuerySet:
        mine: LocationQuerySet = Location.objects.visible_to(self.request.user, VIEW_LOCATION)
        return mine.select_related("region", "brand").defer("search")

    def location_url(self, location: Location, name: str = "location_detail") -> str:
        return reverse(f"brands:{name}", kwargs={"brand": self.request.brand.slug, "pk": location.pk})


class LocationPage(LocationMixin, DetailView[Location]):
    """Base of the pages of one location."""

    permission = VIEW_LOCATION

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        location = self.object
        tabs = (
            (_("Overview"), "location_detail"),
            (_("People"), "location_people"),
            (_("History"), "location_history"),
        )
        return super().get_context_data(**kwargs) | {
            "page_title": location.name,
            "location": location,
            "may_edit": can(self.request.user, MANAGE_LOCATION, location),
            "tabs": [
                {
                    "label": label,
                    "url": self.location_url(location, name),
                    "current": self.location_url(location, name) == self.request.path,
                    "count": None,
                }
                for label, name in tabs
            ],
        }


class LocationDetail(LocationPage):
    """Address, place on the map, hours, contact, facts."""

    template_name = "brands/location_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        language = get_language() or "en"
        return super().get_context_data(**kwargs) | {
            "map": map_place(self.object),
            "address": postal_line(self.object, home="", language=language),
            "language_name": dict(languages()).get(self.object.language, self.object.language),
            "campaigns_url": self.campaigns_url(),
            "new_campaign_url": self.new_campaign_url(),
        }

    def campaigns_url(self) -> str:
        """The list of its campaigns, for whom it opens."""
        if not can(self.request.user, VIEW_CAMPAIGN, self.object):
            return ""
        found = address("campaigns:campaigns", self.request.brand.slug)
        return f"{found}?{urlencode({'q': self.object.store_number})}" if found else ""

    def new_campaign_url(self) -> str:
        """Where a campaign of this store is begun, for whom it opens."""
        if self.object.status == LocationStatus.CLOSED or not can(
            self.request.user, EDIT_CAMPAIGN, self.object
        ):
            return ""
        found = address("campaigns:campaign_new", self.request.brand.slug)
        return f"{found}?location={self.object.pk}" if found else ""


class LocationPeople(LocationPage):
    """Who reaches the location, and why."""

    template_name = "brands/location_people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "reach": reach_of(self.object),
            "may_manage_people": MANAGE_PEOPLE in rights_here(self.request),
        }


class LocationHistory(LocationPage):
    """Who changed what, when, from which value to which."""

    template_name = "brands/location_history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"changes": history_of(self.object)}


class LocationCreate(LocationMixin, FormView):
    """A new location."""

    permission = MANAGE_LOCATION
    form_class = NewLocationForm
    template_name = "brands/location_form.html"
    success_message = gettext_lazy("The location is there.")

    def get_form_kwargs(self) -> dict[str, Any]:
        brand = self.request.brand
        fresh = Location(
            brand=brand,
            country=brand.country,
            time_zone=brand.time_zone,
            language=brand.language,
            currency=brand.currency,
        )
        return super().get_form_kwargs() | {"instance": fresh}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("New location"),
            "cancel_url": reverse("brands:location_list", kwargs={"brand": self.request.brand.slug}),
            "submit_label": _("Create location"),
        }

    def perform(self, form: Any) -> HttpResponse:
        location = create_location(
            brand=self.request.brand,
            store_number=form.cleaned_data["store_number"],
            actor=self.request.user,
            values=form.values(LOCATION_FIELDS),
        )
        return redirect(self.location_url(location))


class LocationEdit(LocationMixin, VersionedFormView[Location]):
    """Change a location."""

    permission = MANAGE_LOCATION
    form_class = LocationForm
    template_name = "brands/location_form.html"
    success_message = gettext_lazy("The location is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Edit location"),
            "cancel_url": self.location_url(self.object),
        }

    def perform(self, form: Any) -> HttpResponse:
        location = update_location(
            location=self.object,
            actor=self.request.user,
            values=form.values(LOCATION_FIELDS),
            version=form.cleaned_data["version"],
        )
        return redirect(self.location_url(location))


class LocationClose(LocationMixin, ObjectFormView[Location]):
    """Close a location; the page says what that stops."""

    permission = MANAGE_LOCATION
    form_class = CloseLocationForm
    template_name = "brands/location_close.html"
    success_message = gettext_lazy("The location is closed.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Close %(name)s") % {"name": self.object.name},
            "question": _("Close %(name)s?") % {"name": self.object.name},
            "verb": _("Close location"),
            "tone": "danger",
            "cancel_url": self.location_url(self.object),
            "is_closed": self.object.status == LocationStatus.CLOSED,
        }

    def perform(self, form: Any) -> HttpResponse:
        close_location(location=self.object, actor=self.request.user, on=form.cleaned_data["on"])
        return redirect(self.location_url(self.object))


class LocationReopen(LocationMixin, ActionView[Location]):
    """Open a closed location again."""

    permission = MANAGE_LOCATION

    def perform(self) -> HttpResponse:
        reopen_location(location=self.object, actor=self.request.user)
        return self.back(self.location_url(self.object))


def map_place(location: Location) -> dict[str, str] | None:
    """Where the dot goes on a map of the world, one unit a degree; None without coordinates."""
    if location.latitude is None or location.longitude is None:
        return None
    return {"x": f"{float(location.longitude) + 180:.3f}", "y": f"{90 - float(location.latitude):.3f}"}
