"""Choosing a picture for a field of another page: in a dialog, or without script on a page of its own.

docs/interface.md, "Choosing a picture", says how a page asks.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.brands.permissions import holds
from storesync.brands.rights import UPLOAD_MEDIA, VIEW_MEDIA
from storesync.core.errors import ActionRefused
from storesync.core.views import FormView, ListView
from storesync.media.actions import add_image
from storesync.media.choosing import is_own_page, way_back
from storesync.media.filters import ChoiceFilter
from storesync.media.forms import OneForm
from storesync.media.models import MediaImage
from storesync.media.tables import MediaTable


class Asked:
    """What the page that asks has said: the field's name and where to go back to."""

    def __init__(self, given: Any) -> None:
        self.field: str = given.get("field", "")[:100]
        back = given.get("back", "")
        self.back = back if is_own_page(back) else ""

    def answer(self, image: MediaImage) -> str:
        """Back to the page with this picture; the picture's own page where nobody asked."""
        way = way_back(self.back, field=self.field, src=image.address, alt=image.alt)
        return way or image.get_absolute_url()


class ChooseView(ListView):
    """The pictures that may be chosen, with a search, and a form for one that is not there yet."""

    permission = VIEW_MEDIA
    template_name = "media/choose.html"
    table_class = MediaTable
    filterset_class = ChoiceFilter

    def get_template_names(self) -> list[str]:
        """The page; the dialog's content; or, within the dialog, the results of a search."""
        if not self.wants_fragment:
            return [self.template_name]
        return ["media/_choices.html" if self.request.htmx.target == "choices" else "media/_chooser.html"]

    def get_queryset(self) -> QuerySet[MediaImage]:
        found: QuerySet[MediaImage] = MediaImage.objects.in_use().select_related("brand")
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        asked = Asked(self.request.GET)
        return (
            context
            | _page(self.request, asked)
            | {
                "choices": [(image, asked.answer(image)) for image in context["page"].rows],
                "form": OneForm(prefix="new"),
            }
        )


class ChooseUploadView(FormView):
    """A new picture, which is chosen by that."""

    permission = UPLOAD_MEDIA
    template_name = "media/choose_upload.html"
    form_class = OneForm
    prefix = "new"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = Asked(self.request.POST or self.request.GET)
        return super().get_context_data(**kwargs) | _page(self.request, asked)

    def get_template_names(self) -> list[str]:
        return ["media/_choose_upload.html" if self.request.htmx else str(self.template_name)]

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.perform(form)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)

    def perform(self, form: OneForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        added = add_image(
            brand=self.request.brand,
            actor=self.request.user,
            file=file,
            file_name=file.name,
            alt=form.cleaned_data["alt"],
        )
        if self.request.htmx:
            return render(self.request, "media/_chosen.html", {"image": added.image, "is_new": added.is_new})
        return redirect(Asked(self.request.POST).answer(added.image))


def _page(request: Any, asked: Asked) -> dict[str, Any]:
    return {
        "page_title": _("Choose a picture"),
        "asked": asked,
        "cancel_url": asked.back or reverse("media:library", args=[request.brand.slug]),
        "may_upload": holds(request.user, UPLOAD_MEDIA, request.brand),
    }
