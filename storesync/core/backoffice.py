"""Bases of the back office (the Django admin): nothing is written there but through actions.

Which brands a person works on there is the scope in force (`brands.backoffice` opens it), so lists, choices
and objects of other brands are not there. What belongs to no brand is for Admins.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from storesync.core.scoping import EVERY, BrandOwned, current_scope

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

_SIMPLE = (
    models.CharField,
    models.IntegerField,
    models.BooleanField,
    models.DateTimeField,
    models.DateField,
)


class BackofficeAdmin(ModelAdmin):
    """A model to look at. Writing needs a subclass that calls actions (`ActionAdmin`)."""

    actions: Any = None
    view_on_site = False
    show_full_result_count = False
    list_per_page = 50
    formfield_overrides: ClassVar[Any] = {models.URLField: {"assume_scheme": "https"}}

    def is_open_to(self, request: HttpRequest) -> bool:
        """Whether the person may see this model at all: their brand's rows, or anything as an Admin."""
        return bool(request.user.is_superuser) or self.brand_path() is not None

    def brand_path(self) -> str | None:
        """The lookup that leads from the model to its brand; None for what belongs to no brand."""
        if issubclass(self.model, BrandOwned) or hasattr(self.model, "brand_id"):
            return "brand"
        return None

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset = super().get_queryset(request)
        path, scope = self.brand_path(), current_scope()
        if path is None or scope == EVERY:
            return queryset
        return queryset.filter(**{f"{path}__in": scope or ()})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.is_open_to(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_open_to(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_list_display(self, request: HttpRequest) -> Any:
        """What was chosen, or else the first plain fields."""
        if tuple(self.list_display) != ("__str__",):
            return self.list_display
        names = [
            field.name
            for field in self.model._meta.concrete_fields
            if isinstance(field, _SIMPLE) and not field.primary_key
        ]
        return ["pk", *names[:5]]


class ActionAdmin(BackofficeAdmin):
    """A model that may be changed here, by the same actions as on the pages.

    Subclasses give `create` and `update`, which call an action; its refusal is shown as the page for 409.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.is_open_to(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_open_to(request)

    def create(self, request: HttpRequest, values: dict[str, Any]) -> models.Model:
        """Make the object by its action and return it."""
        raise NotImplementedError

    def update(self, request: HttpRequest, obj: Any, values: dict[str, Any]) -> None:
        """Change the object by its action; `values` are the fields that the person changed."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            self.update(request, obj, {name: form.cleaned_data[name] for name in form.changed_data})
        else:
            made = self.create(request, dict(form.cleaned_data))
            obj.pk, obj._state.adding = made.pk, False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: what hangs on the object is written by its action."""


class HistoryAdmin(BackofficeAdmin):
    """Rows of history, newest first."""

    list_display = ("pgh_created_at", "pgh_label", "verb", "actor", "pgh_obj_id")
    ordering = ("-pgh_id",)

    @admin.display(description=_("verb"))
    def verb(self, event: Any) -> str:
        return str((event.pgh_context or {}).get("verb", ""))

    @admin.display(description=_("actor"))
    def actor(self, event: Any) -> str:
        return str((event.pgh_context or {}).get("actor") or "")
