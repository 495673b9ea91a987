"""People's own views of lists: save, change, share, remove, bring back.

A view is its person's alone until a Brand Manager shares it with a role of the brand; then everybody with
that role has it beside their own, marked with who shared it, and may let the list open with it. What is
shared is changed by the Brand Managers, whoever made it.

A list takes part by one line, `saved_views = "campaigns:campaigns"` on its ListView: the name of the address
at which it begins. Pages that show the same list another way (a tab of it) name the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.models import DefaultView, SavedView
from storesync.core.permissions import MANAGE_BRAND, can, role_names, roles_of

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.brands.models import Brand

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


def views_of(person: "User", list_name: str, brand_id: UUID) -> list[SavedView]:
    """The views of a list that a person has: their own, then those shared with a role of theirs; one query.

    Each says whether the list `opens_first` with it for this person.
    """
    shared = Q(shared_with__in=roles_of(person, brand_id))
    found = seen_by(person).filter(
        Q(person_id=person.pk) | shared, brand_id=brand_id, list_name=list_name, removed_at__isnull=True
    )
    return sorted(found, key=lambda view: view.person_id != person.pk)


def seen_by(person: "User") -> QuerySet[SavedView]:
    """Views with what a page says about each; which of them the person may see is the caller's to ask."""
    first = DefaultView.objects.filter(view=OuterRef("pk"), person_id=person.pk)
    return (
        SavedView.objects.select_related("brand", "person")
        .annotate(**{SavedView.OPENS_FIRST: Exists(first)})
        .order_by("created_at")
    )


def editable_by(person: "User", brand: "Brand") -> QuerySet[SavedView]:
    """The views that a person may change: their own, and for a Brand Manager those that are shared."""
    if can(person, MANAGE_BRAND, brand):
        return seen_by(person).filter(Q(person_id=person.pk) | ~Q(shared_with=""), brand_id=brand.pk)
    return seen_by(person).filter(person_id=person.pk, shared_with="", brand_id=brand.pk)


def shared_words(view: SavedView, person: "User") -> str:
    """Who shares a view with whom; "" for one that is its person's alone."""
    role = role_names().get(view.shared_with, "")
    if not role:
        return ""
    if view.person_id == person.pk:
        return _("Shared by you with the role %(role)s") % {"role": role}
    return _("Shared by %(name)s with the role %(role)s") % {"name": view.person.display_name, "role": role}


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
        kept, mine = _short(query), _kept_by(actor.pk, brand_id, list_name)
        if mine.count() >= MOST:
            raise ActionRefused(
                _("You keep %(count)d views of this list already. Remove one first.") % {"count": MOST}
            )
        _forget_old(actor)
        view = SavedView.objects.create(
            brand_id=brand_id,
            person_id=actor.pk,
            list_name=list_name,
            page_name=page_name,
            name=_checked(name),
            query=kept,
        )
        if default:
            _open_with(view, actor)
    return view


def change_view(
    *,
    view: SavedView,
    actor: "User",
    name: str | None = None,
    default: bool | None = None,
    shared_with: str | None = None,
    query: QueryDict | None = None,
    page_name: str = "",
) -> SavedView:
    """Rename a view, share it, let the actor's list open with it, or let it show what is shown now.

    Args:
        name, default, shared_with, query: None leaves as it is; shared with "" it is its person's alone.
        page_name: the address that goes with `query`.

    Raises:
        PermissionDenied: it is another person's, or shared or to be and the actor does not manage the brand.
        ActionRefused: it is removed, the name is empty or taken, too many are shared, or a query too long.
    """
    with audited("saved_view.changed", actor=actor), _named_once(name or ""):
        view = _own(view, actor)
        if view.removed_at is not None:
            raise ActionRefused(_("This view is removed."))
        if name is not None:
            view.name = _checked(name)
        if query is not None:
            view.query, view.page_name = _short(query), page_name or view.page_name
        if shared_with and not view.shared_with:
            _require_room_to_share(view)
        if shared_with is not None and shared_with != view.shared_with:
            if not can(actor, MANAGE_BRAND, view.brand) or shared_with not in {"", *role_names()}:
                raise PermissionDenied
            view.shared_with = shared_with
        view.save()
        if default is not None:
            _open_with(view, actor, default)
    return view


def open_with(*, view: SavedView, actor: "User", default: bool) -> None:
    """Let the actor's list open with a view that they have, their own or a shared one; or no longer.

    Raises:
        PermissionDenied: they do not have it.
        ActionRefused: it is removed.
    """
    with audited("saved_view.opens_first", actor=actor):
        _hold(actor)
        if view.removed_at is not None:
            raise ActionRefused(_("This view is removed."))
        if view not in views_of(actor, view.list_name, view.brand_id):
            raise PermissionDenied
        _open_with(view, actor, default)


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
    """Bring a removed view back; it opens first again for whom it did, unless another one does by now.

    Raises:
        PermissionDenied: it is another person's.
        ActionRefused: its name is taken by now, or there are too many.
    """
    with audited("saved_view.restored", actor=actor), _named_once(view.name):
        view = _own(view, actor)
        if view.removed_at is None:
            return view
        if _kept_by(view.person_id, view.brand_id, view.list_name).count() >= MOST:
            raise ActionRefused(
                _("You keep %(count)d views of this list already. Remove one first.") % {"count": MOST}
            )
        if view.shared_with:
            _require_room_to_share(view)
        view.removed_at = None
        view.save(update_fields=["removed_at"])
    return view


def _hold(actor: "User") -> None:
    """One change of a person's views at a time: their first view has no row of its own to hold yet."""
    get_user_model()._default_manager.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)


def _own(view: SavedView, actor: "User") -> SavedView:
    _hold(actor)
    found = SavedView.objects.select_for_update(of=("self",)).select_related("brand").get(pk=view.pk)
    if not editable_by(actor, found.brand).filter(pk=found.pk).exists():
        raise PermissionDenied
    return found


def _kept_by(person_id: int, brand_id: UUID, list_name: str) -> QuerySet[SavedView]:
    """The views that a person keeps of a list."""
    return SavedView.objects.filter(
        brand_id=brand_id, person_id=person_id, list_name=list_name, removed_at__isnull=True
    )


def _open_with(view: SavedView, actor: "User", default: bool = True) -> None:
    """Let the actor's list open with a view; or with all rows, where it opened with this one."""
    given: dict[str, Any] = {"brand_id": view.brand_id, "person_id": actor.pk, "list_name": view.list_name}
    if default:
        DefaultView.objects.update_or_create(**given, defaults={"view": view})
    else:
        DefaultView.objects.filter(**given, view=view).delete()


def _require_room_to_share(view: SavedView) -> None:
    shared = SavedView.objects.filter(
        ~Q(shared_with=""), brand_id=view.brand_id, list_name=view.list_name, removed_at__isnull=True
    )
    if shared.count() >= MOST:
        raise ActionRefused(
            _("%(count)d views of this list are shared already. Take one back first.") % {"count": MOST}
        )


def _short(query: QueryDict) -> str:
    kept = kept_query(query)
    if len(kept) > SavedView._meta.get_field("query").max_length:  # type: ignore[operator]
        raise ActionRefused(_("These filters are too long to be kept; choose fewer values."))
    return kept


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
