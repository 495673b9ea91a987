"""People's own views of lists: save, change, remove, bring back. Nobody sees another person's.

A list takes part by one line, `saved_views = "campaigns:campaigns"` on its ListView: the name of the address
at which it begins. Pages that show the same list another way (a tab of it) name the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.models import SavedView

if TYPE_CHECKING:
    from storesync.accounts.models import User

MOST: Final = 20
"""Views that one person may keep of one list: as many as tabs can be told apart."""
KEPT: Final = timedelta(days=30)
"""How long a removed view can be brought back."""
_OF_THE_MOMENT: Final = ("page", "view", "part", "export")
"""What an address says of the moment and not of the view."""


def kept_query(query: QueryDict) -> str:
    """The part of a query string that a view keeps, in one spelling: empty fields are left out."""
    kept = QueryDict(mutable=True)
    for name in sorted(set(query) - set(_OF_THE_MOMENT)):
        kept.setlist(name, [value for value in query.getlist(name) if value])
    return kept.urlencode()


def views_of(person: "User", list_name: str) -> QuerySet[SavedView]:
    """The person's views of a list in the brands in scope, in the order in which they were made."""
    return SavedView.objects.filter(
        person_id=person.pk, list_name=list_name, removed_at__isnull=True
    ).select_related("brand")


def save_view(
    *,
    brand_id: UUID,
    actor: "User",
    list_name: str,
    page_name: str,
    name: str,
    query: QueryDict,
    default: bool = False,
) -> SavedView:
    """Keep what a list shows now under a name of the actor's own.

    Args:
        list_name, page_name: names of the list's address and of the one that is kept.
        name: how the tab will be called.
        query: what the page is filtered and sorted by.
        default: the list opens with it from now on.

    Raises:
        ActionRefused: no name, one that is taken, too many views, or a query too long to keep.
    """
    with audited("saved_view.saved", actor=actor), _named_once(name):
        _hold(actor)
        kept, mine = kept_query(query), views_of(actor, list_name).filter(brand_id=brand_id)
        if len(kept) > SavedView._meta.get_field("query").max_length:  # type: ignore[operator]
            raise ActionRefused(_("These filters are too long to be kept; choose fewer values."))
        if mine.count() >= MOST:
            raise ActionRefused(
                _("You keep %(count)d views of this list already. Remove one first.") % {"count": MOST}
            )
        _forget_old(actor)
        if default:
            mine.update(is_default=False)
        return SavedView.objects.create(
            brand_id=brand_id,
            person_id=actor.pk,
            list_name=list_name,
            page_name=page_name,
            name=_checked(name),
            query=kept,
            is_default=default,
        )


def change_view(
    *,
    view: SavedView,
    actor: "User",
    name: str | None = None,
    default: bool | None = None,
    query: QueryDict | None = None,
    page_name: str = "",
) -> SavedView:
    """Rename a view, let the list open with it or no longer, or let it show what is shown now.

    Args:
        name, default, query: None leaves as it is.
        page_name: the address that goes with `query`.

    Raises:
        PermissionDenied: it is another person's.
        ActionRefused: it is removed, or the name is empty or taken.
    """
    with audited("saved_view.changed", actor=actor), _named_once(name or ""):
        view = _own(view, actor)
        if view.removed_at is not None:
            raise ActionRefused(_("This view is removed."))
        if name is not None:
            view.name = _checked(name)
        if query is not None:
            view.query, view.page_name = kept_query(query), page_name or view.page_name
        if default is not None:
            if default:
                _beside(view).update(is_default=False)
            view.is_default = default
        view.save()
    return view


def remove_view(*, view: SavedView, actor: "User") -> None:
    """Take a view out of the list; it can be brought back for KEPT. Harmless when it is out already.

    Raises:
        PermissionDenied: it is another person's.
    """
    with audited("saved_view.removed", actor=actor):
        view = _own(view, actor)
        if view.removed_at is None:
            view.removed_at = timezone.now()
            view.save(update_fields=["removed_at"])


def restore_view(*, view: SavedView, actor: "User") -> SavedView:
    """Bring a removed view back; where another one opens first by now, that stays so.

    Raises:
        PermissionDenied: it is another person's.
        ActionRefused: its name is taken by now, or there are too many.
    """
    with audited("saved_view.restored", actor=actor), _named_once(view.name):
        view = _own(view, actor)
        if view.removed_at is None:
            return view
        beside = _beside(view)
        if beside.count() >= MOST:
            raise ActionRefused(
                _("You keep %(count)d views of this list already. Remove one first.") % {"count": MOST}
            )
        view.removed_at = None
        view.is_default = view.is_default and not beside.filter(is_default=True).exists()
        view.save()
    return view


def _hold(actor: "User") -> None:
    """One change of a person's views at a time: their first view has no row of its own to hold yet."""
    get_user_model()._default_manager.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)


def _own(view: SavedView, actor: "User") -> SavedView:
    _hold(actor)
    found = SavedView.objects.select_for_update(of=("self",)).select_related("brand").get(pk=view.pk)
    if found.person_id != actor.pk:
        raise PermissionDenied
    return found


def _beside(view: SavedView) -> QuerySet[SavedView]:
    """The other views that the same person keeps of the same list."""
    return SavedView.objects.filter(
        brand_id=view.brand_id,
        person_id=view.person_id,
        list_name=view.list_name,
        removed_at__isnull=True,
    ).exclude(pk=view.pk)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ActionRefused(_("Give the view a name."))
    return name


@contextmanager
def _named_once(name: str) -> Iterator[None]:
    """Say it in words when the database refuses a second view of one name."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        words = _("You have a view called “%(name)s” already. Choose another name.")
        raise ActionRefused(words % {"name": name}) from error


def _forget_old(actor: "User") -> None:
    SavedView.objects.filter(person_id=actor.pk, removed_at__lt=timezone.now() - KEPT).delete()
