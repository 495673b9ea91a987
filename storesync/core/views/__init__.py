"""Base views: they will not start without a `permission`, and take objects only from a scoped queryset."""

from storesync.core.views.forms import FormView, ObjectFormView, VersionedFormView
from storesync.core.views.guarded import FragmentMixin, GuardedView, PersonRequest
from storesync.core.views.lists import ListMode, ListTab, ListView, list_at, list_from
from storesync.core.views.objects import ActionView, DetailView, ObjectMixin

__all__ = [
    "ActionView",
    "DetailView",
    "FormView",
    "FragmentMixin",
    "GuardedView",
    "ListMode",
    "ListTab",
    "ListView",
    "ObjectFormView",
    "ObjectMixin",
    "PersonRequest",
    "VersionedFormView",
    "list_at",
    "list_from",
]
