"""Adding pictures in two steps: first the files, then, with each picture in sight, what it shows.

Without script the first step is a form that is sent; with script each file goes by itself as soon as it is
chosen or dropped, and its row joins the second step's form on the same page.
"""

from typing import IO, Any, Final, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.brands.rights import UPLOAD_MEDIA
from storesync.core.errors import ActionRefused
from storesync.core.views import FormView, GuardedView
from storesync.media.actions import CheckedPicture, add_image, check_picture, checked_before
from storesync.media.forms import AT_ONCE, AltForm, UploadForm
from storesync.media.models import MediaImage
from storesync.media.queries import images_named

MOST_ROWS: Final = 100


class Row:
    """One chosen file on the page of the second step: refused, known already, or waiting for its words.

    Attributes:
        refusal: why the file is not taken; "" when it is.
        known: the picture, where the library has it already.
        form: asks for the words; None otherwise.
    """

    def __init__(
        self,
        file_name: str,
        *,
        refusal: str = "",
        picture: CheckedPicture | None = None,
        known: MediaImage | None = None,
        form: AltForm | None = None,
    ) -> None:
        self.file_name, self.refusal, self.picture = file_name, refusal, picture
        self.known, self.form = known, form

    @property
    def preview(self) -> str:
        """The picture's smaller copy, for our own pages."""
        return MediaImage(name=self.picture.name).small_url if self.picture else ""

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """What is wrong with its words: id of the field, name of the file, message."""
        if self.form is None:
            return []
        return [
            (f"id_{self.form.prefix}-{name}", self.file_name, str(message))
            for name, messages_of_field in self.form.errors.items()
            for message in messages_of_field
        ]


class UploadView(FormView):
    """First step: the files are checked and made small; nothing is in the library yet."""

    permission = UPLOAD_MEDIA
    template_name = "media/upload.html"
    form_class = UploadForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | _page(self.request)

    def perform(self, form: UploadForm) -> HttpResponse:
        number = self.request.POST.get("number", "")
        first = int(number) if number.isdecimal() and len(number) < 4 else 0
        rows = [
            self.checked(file, prefix=str(place))
            for place, file in enumerate(form.cleaned_data["pictures"], start=first)
        ]
        if self.request.htmx or "fragment" in self.request.POST:
            return render(self.request, "media/_upload_rows.html", {"rows": rows})
        status = 200 if any(not row.refusal for row in rows) else 422
        context = _page(self.request) | {"rows": rows, "count": sum(row.form is not None for row in rows)}
        return render(self.request, "media/describe.html", context, status=status)

    def form_invalid(self, form: Any) -> HttpResponse:
        if "fragment" in self.request.POST:
            words = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return render(self.request, "media/_upload_rows.html", {"rows": [Row("", refusal=words)]})
        return super().form_invalid(form)

    def checked(self, file: "UploadedFile[Any]", *, prefix: str) -> Row:
        """What becomes of one file."""
        brand, name = self.request.brand, file.name or ""
        try:
            picture = check_picture(
                brand=brand, file=cast(IO[bytes], file), file_name=name, actor=self.request.user
            )
        except ActionRefused as refusal:
            return Row(name, refusal=refusal.message)
        known = images_named(brand, [picture.name]).get(picture.name)
        if known is not None:
            return Row(name, picture=picture, known=known)
        form = AltForm(initial={"token": picture.token}, prefix=prefix)
        return Row(name, picture=picture, form=form)


class DescribeView(GuardedView):
    """Second step: every picture with its words goes into the library, or none does and the page says why."""

    permission = UPLOAD_MEDIA
    http_method_names = ["get", "post", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing to describe without a first step."""
        return redirect("media:upload", self.request.brand.slug)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self.rows()
        if not rows:
            messages.warning(request, _("Choose a picture first."))
            return redirect("media:upload", self.request.brand.slug)
        added = self.add(rows)
        if added is None:
            context = _page(self.request) | {"rows": rows, "count": len(rows)}
            context["errors"] = [error for row in rows for error in row.errors]
            return render(request, "media/describe.html", context, status=422)
        words = ngettext("%(count)d picture added.", "%(count)d pictures added.", added)
        messages.success(request, words % {"count": added})
        return redirect("media:library", self.request.brand.slug)

    def rows(self) -> list[Row]:
        """The pictures that the form carries, in their order; what is not ours is left out."""
        found = []
        prefixes = [key.removesuffix("-token") for key in self.request.POST if key.endswith("-token")]
        for prefix in prefixes[:MOST_ROWS]:
            form = AltForm(self.request.POST, prefix=prefix)
            token = self.request.POST[f"{prefix}-token"]
            try:
                picture = checked_before(token=token, brand=self.request.brand, actor=self.request.user)
            except ActionRefused as refusal:
                found.append(Row("", refusal=refusal.message))
                continue
            found.append(Row(picture.file_name, picture=picture, form=form))
        return found

    def add(self, rows: list[Row]) -> int | None:
        """How many pictures came into the library; None when a row has an error, and then none did."""
        whole, added = True, 0
        with transaction.atomic():
            for row in rows:
                if row.form is None or row.picture is None:
                    whole = False
                    continue
                if not row.form.is_valid():
                    whole = False
                    continue
                try:
                    made = add_image(
                        brand=self.request.brand,
                        actor=self.request.user,
                        checked=row.picture,
                        alt=row.form.cleaned_data["alt"],
                    )
                    added += made.is_new
                except ActionRefused as refusal:
                    row.form.add_error("alt", refusal.message)
                    whole = False
            transaction.set_rollback(not whole)
        return added if whole else None


def _page(request: Any) -> dict[str, Any]:
    return {
        "page_title": _("Add pictures"),
        "at_once": AT_ONCE,
        "cancel_url": reverse("media:library", args=[request.brand.slug]),
    }
