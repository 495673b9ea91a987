"""Brands: cards, one brand, its form."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import generic

from storesync.brands.actions.brand import BRAND_FIELDS, create_brand, update_brand
from storesync.brands.addresses import country_name
from storesync.brands.colours import DARK, LEGIBLE, WHITE, contrast, text_on
from storesync.brands.forms import BrandForm, NewBrandForm
from storesync.brands.models import Brand
from storesync.brands.permissions import can
from storesync.brands.queries import brand_cards
from storesync.brands.rights import MANAGE_BRAND, VIEW_BRAND
from storesync.core.changes import history_of
from storesync.core.choices import languages
from storesync.core.permissions import ADMIN, SIGNED_IN
from storesync.core.views import DetailView, FormView, GuardedView, VersionedFormView


class BrandList(GuardedView, generic.TemplateView):
    """The brands of this person, as cards."""

    permission = SIGNED_IN
    template_name = "brands/brand_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Brands"),
            "cards": brand_cards(self.request.user_brands),
            "may_create": self.request.user.is_superuser,
        }


class BrandCreate(FormView):
    """A new brand; Admins only."""

    permission = ADMIN
    form_class = NewBrandForm
    template_name = "brands/brand_form.html"
    success_message = gettext_lazy("The brand is there. Add its regions, locations and people.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": Brand()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("New brand"),
            "cancel_url": reverse("brands:brand_list"),
            "submit_label": _("Create brand"),
        }

    def perform(self, form: Any) -> HttpResponse:
        values = form.values(BRAND_FIELDS)
        brand = create_brand(
            name=values.pop("name"),
            slug=form.cleaned_data["slug"],
            actor=self.request.user,
            values=values,
        )
        return redirect("brands:brand_detail", brand=brand.slug)


class BrandPage(DetailView[Brand]):
    """Base of the pages about the brand of the address."""

    permission = VIEW_BRAND

    def get_object(self) -> Brand:
        self.check_permission()
        brand: Brand = self.request.brand
        return brand

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        slug = self.object.slug
        return super().get_context_data(**kwargs) | {
            "page_title": self.object.name,
            "may_edit": can(self.request.user, MANAGE_BRAND, self.object),
            "tabs": [
                {
                    "label": label,
                    "url": url,
                    "current": url == self.request.path,
                    "count": None,
                }
                for label, url in (
                    (_("Overview"), reverse("brands:brand_detail", kwargs={"brand": slug})),
                    (_("History"), reverse("brands:brand_history", kwargs={"brand": slug})),
                )
            ],
        }


class BrandDetail(BrandPage):
    """What the brand is."""

    template_name = "brands/brand_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        [card] = brand_cards([self.object])
        return super().get_context_data(**kwargs) | {
            "card": card,
            "language_name": dict(languages()).get(self.object.language, self.object.language),
            "country_name": country_name(self.object.country, get_language() or "en"),
            "colours": [
                colour_facts(_("Primary colour"), self.object.primary_colour),
                colour_facts(_("Accent colour"), self.object.accent_colour),
            ],
        }


class BrandHistory(BrandPage):
    """Who changed what of the brand."""

    template_name = "brands/brand_history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"changes": history_of(self.object)}


class BrandEdit(VersionedFormView[Brand]):
    """Change the brand."""

    permission = MANAGE_BRAND
    whole_brand = True
    form_class = BrandForm
    template_name = "brands/brand_form.html"
    success_message = gettext_lazy("The brand is saved.")

    def get_queryset(self) -> QuerySet[Brand]:
        return Brand.objects.filter(pk=self.request.brand.pk)

    def get_object(self) -> Brand:
        return self.get_queryset().get()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Edit brand"),
            "cancel_url": reverse("brands:brand_detail", kwargs={"brand": self.request.brand.slug}),
        }

    def perform(self, form: Any) -> HttpResponse:
        update_brand(
            brand=self.object,
            actor=self.request.user,
            values=form.values(BRAND_FIELDS),
            version=form.cleaned_data["version"],
        )
        return redirect("brands:brand_detail", brand=self.object.slug)


def colour_facts(label: str, colour: str) -> dict[str, Any]:
    """A colour with the text that is read on it, and whether white would be."""
    return {
        "label": label,
        "value": colour,
        "text": text_on(colour),
        "text_name": _("white") if text_on(colour) == WHITE else _("dark"),
        "contrast": round(contrast(colour, text_on(colour)), 1),
        "white": round(contrast(colour, WHITE), 1),
        "dark": round(contrast(colour, DARK), 1),
        "white_is_legible": contrast(colour, WHITE) >= LEGIBLE,
    }
