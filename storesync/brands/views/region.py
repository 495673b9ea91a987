"""The tree of regions."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from storesync.brands.actions.region import create_region, move_region, remove_region, rename_region
from storesync.brands.forms import MoveRegionForm, RegionForm, RenameRegionForm
from storesync.brands.models import Location, Membership, Region
from storesync.brands.permissions import can
from storesync.brands.queries import region_tree
from storesync.brands.querysets import RegionQuerySet
from storesync.brands.rights import MANAGE_BRAND, VIEW_BRAND
from storesync.core.views import FormView, GuardedView, ObjectFormView


def region_menu(region: Region, slug: str) -> list[dict[str, Any]]:
    """What can be done with a region, for the menu of its row."""

    def at(name: str) -> str:
        return reverse(f"brands:{name}", kwargs={"brand": slug, "pk": region.pk})

    new = reverse("brands:region_create", kwargs={"brand": slug})
    return [
        {"label": _("Add a region below"), "url": f"{new}?parent={region.pk}", "icon": "add"},
        {"label": _("Rename"), "url": at("region_rename"), "icon": "edit"},
        {"label": _("Move"), "url": at("region_move"), "icon": "hand-over"},
        {"label": _("Remove"), "url": at("region_remove"), "icon": "remove", "danger": True},
    ]


class RegionList(GuardedView, generic.TemplateView):
    """The tree, with how many locations lie in each region."""

    permission = VIEW_BRAND
    template_name = "brands/region_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Regions"),
            "rows": [
                {
                    "region": row.region,
                    "depth": row.depth,
                    "all_locations": row.all_locations,
                    "menu_id": f"region-{row.region.pk}",
                    "menu": region_menu(row.region, self.request.brand.slug),
                }
                for row in region_tree()
            ],
            "without": Location.objects.filter(region__isnull=True).count(),
            "may_edit": can(self.request.user, MANAGE_BRAND, self.request.brand),
        }


class _RegionPage:
    """Where every form about regions leads back to."""

    request: Any

    def list_url(self) -> str:
        return reverse("brands:region_list", kwargs={"brand": self.request.brand.slug})


class RegionCreate(_RegionPage, FormView):
    """A new region; `?parent=` chooses where."""

    permission = MANAGE_BRAND
    whole_brand = True
    form_class = RegionForm
    template_name = "brands/region_form.html"
    success_message = gettext_lazy("The region is there.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"parents": Region.objects.order_by("name")}

    def get_initial(self) -> dict[str, Any]:
        return {"parent": self.request.GET.get("parent", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("New region"),
            "cancel_url": self.list_url(),
            "submit_label": _("Add region"),
        }

    def perform(self, form: Any) -> HttpResponse:
        create_region(
            brand=self.request.brand,
            name=form.cleaned_data["name"],
            parent=form.cleaned_data["parent"],
            actor=self.request.user,
        )
        return redirect(self.list_url())


class RegionFormView(_RegionPage, ObjectFormView[Region]):
    """Base of the forms about one region."""

    permission = MANAGE_BRAND
    whole_brand = True

    def get_queryset(self) -> RegionQuerySet:
        regions: RegionQuerySet = Region.objects.select_related("parent")
        return regions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        below: RegionQuerySet = Region.objects.below([self.object.pk])
        return super().get_context_data(**kwargs) | {
            "cancel_url": self.list_url(),
            "regions_below": below.exclude(pk=self.object.pk).count(),
            "stores_below": Location.objects.filter(region__in=below.order_by().values("pk")).count(),
            "people": Membership.objects.active()
            .filter(regions__path__contains=[self.object.pk])
            .distinct()
            .count(),
        }


class RegionRename(RegionFormView):
    """Another name."""

    form_class = RenameRegionForm
    template_name = "brands/region_form.html"
    success_message = gettext_lazy("The region has its new name.")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.object.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Rename %(name)s") % {"name": self.object.name},
            "submit_label": _("Rename"),
        }

    def perform(self, form: Any) -> HttpResponse:
        rename_region(region=self.object, name=form.cleaned_data["name"], actor=self.request.user)
        return redirect(self.list_url())


class RegionMove(RegionFormView):
    """Another place in the tree; the page says what goes along."""

    form_class = MoveRegionForm
    template_name = "brands/region_move.html"
    success_message = gettext_lazy("The region has moved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        elsewhere = Region.objects.exclude(path__contains=[self.object.pk]).order_by("name")
        return super().get_form_kwargs() | {"parents": elsewhere}

    def get_initial(self) -> dict[str, Any]:
        return {"parent": self.object.parent_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Move %(name)s") % {"name": self.object.name},
            "submit_label": _("Move"),
        }

    def perform(self, form: Any) -> HttpResponse:
        move_region(region=self.object, parent=form.cleaned_data["parent"], actor=self.request.user)
        return redirect(self.list_url())


class RegionRemove(RegionFormView):
    """Take an empty region out of the tree."""

    form_class = forms.Form
    template_name = "brands/region_remove.html"
    success_message = gettext_lazy("The region is removed.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Remove %(name)s") % {"name": self.object.name},
            "question": _("Remove the region %(name)s?") % {"name": self.object.name},
            "verb": _("Remove region"),
            "tone": "danger",
        }

    def perform(self, form: Any) -> HttpResponse:
        remove_region(region=self.object, actor=self.request.user)
        return redirect(self.list_url())
