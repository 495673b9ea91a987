"""The library as a list of cards, one picture, its words, archive."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from storesync.brands.permissions import can, holds
from storesync.brands.rights import MANAGE_MEDIA, UPLOAD_MEDIA, VIEW_MEDIA
from storesync.core.changes import history_of
from storesync.core.formats import number
from storesync.core.toasts import success_with_undo
from storesync.core.views import ActionView, DetailView, ListView, ObjectMixin, VersionedFormView
from storesync.media.actions import WORDS, archive_image, describe_image, may_describe
from storesync.media.filters import MediaFilter
from storesync.media.forms import WordsForm
from storesync.media.models import MediaImage
from storesync.media.tables import MediaTable
from storesync.media.usage import count_uses, used_by

ORDERS = (
    ("-created_at", gettext_lazy("Newest")),
    ("alt", gettext_lazy("A to Z")),
    ("-size", pgettext_lazy("pictures", "Largest")),
)


class LibraryView(ListView):
    """All pictures of the brand, as cards."""

    permission = VIEW_MEDIA
    template_name = "media/library.html"
    fragment_template_name = "media/_results.html"
    table_class = MediaTable
    filterset_class = MediaFilter

    def get_queryset(self) -> QuerySet[MediaImage]:
        found: QuerySet[MediaImage] = MediaImage.objects.all()
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        chosen = self.request.GET.get("sort", "")
        uses = count_uses(context["page"].rows)
        return context | {
            "page_title": _("Media library"),
            "cards": [(image, uses[image.pk]) for image in context["page"].rows],
            "orders": [(key, label, key == (chosen or ORDERS[0][0])) for key, label in ORDERS],
            "may_upload": holds(self.request.user, UPLOAD_MEDIA, self.request.brand),
        }


class ImageMixin(ObjectMixin[MediaImage]):
    """A picture of the brand by its address. Who has a right anywhere in the brand has it on its library."""

    def get_queryset(self) -> QuerySet[MediaImage]:
        found: QuerySet[MediaImage] = MediaImage.objects.select_related("brand", "uploaded_by")
        return found

    def get_object(self) -> MediaImage:
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


class ImageView(ImageMixin, DetailView[MediaImage]):
    """One picture: large, its words, its copies, who uses it, its history."""

    permission = VIEW_MEDIA
    template_name = "media/image_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        image, user = self.object, self.request.user
        return super().get_context_data(**kwargs) | {
            "page_title": str(image),
            "facts": [
                {"label": _("Kind"), "value": image.get_format_display()},
                {"label": _("File name"), "value": image.file_name or "–"},
                {"label": _("Added by"), "value": image.uploaded_by or "–"},
                {"label": _("Tags"), "value": image.tags or "–"},
            ],
            "copies": [copy_words(copy) | copy for copy in image.renditions],
            "used_by": used_by(image, user),
            # What it was made of stands on the page anyway; what became of it since is told.
            "changes": [
                replace(change, fields=[]) if change.kind == "insert" else change
                for change in history_of(image, limit=10)
            ],
            "may_manage": can(user, MANAGE_MEDIA, image.brand),
            "may_describe": may_describe(user, image),
        }


def copy_words(copy: dict[str, Any]) -> dict[str, str]:
    """A copy of a picture in words: its pixels and its weight."""
    return {
        "pixels": _("%(width)s × %(height)s pixels")
        % {"width": number(copy["width"]), "height": number(copy["height"])},
        "weight": filesizeformat(copy["size"]),
    }


class ImageEditView(ImageMixin, VersionedFormView[MediaImage]):
    """Say better what a picture shows."""

    permission = UPLOAD_MEDIA
    template_name = "media/image_form.html"
    form_class = WordsForm
    success_message = gettext_lazy("Saved.")

    def get_object(self) -> MediaImage:
        found = super().get_object()
        if not may_describe(self.request.user, found):
            raise PermissionDenied(_("Whoever manages the library, or added the picture, changes its words."))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page_title": _("Words of the picture"),
            "cancel_url": self.object.get_absolute_url(),
        }

    def perform(self, form: WordsForm) -> HttpResponse:
        describe_image(
            image=self.object,
            actor=self.request.user,
            words=form.values(WORDS),
            version=form.cleaned_data["version"],
        )
        return redirect(self.object.get_absolute_url())


class ImageArchiveView(ImageMixin, ActionView[MediaImage]):
    """Take a picture out of the choice, or bring it back."""

    permission = MANAGE_MEDIA
    whole_brand = True

    def perform(self) -> HttpResponse:
        undo = "undo" in self.request.POST or "undo" in self.request.GET
        archive_image(image=self.object, actor=self.request.user, undo=undo)
        if undo:
            messages.success(self.request, _("Brought back."))
        else:
            success_with_undo(self.request, _("Archived."), f"{self.request.path}?undo=1")
        return self.back(reverse("media:image", args=[self.request.brand.slug, self.object.pk]))
