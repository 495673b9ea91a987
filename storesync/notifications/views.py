"""The notification centre, the bell, and how a person wants to be told."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from django.views.generic.base import View
from django_htmx.http import trigger_client_event

from storesync.core.paging import keyset_page
from storesync.core.permissions import SIGNED_IN
from storesync.core.toasts import success_with_undo
from storesync.core.views import ActionView, FragmentMixin, GuardedView
from storesync.notifications.actions import (
    dismiss,
    mark_all_read,
    mark_read,
    mark_unread,
    restore,
    set_preferences,
    undo_all_read,
)
from storesync.notifications.forms import CentreFilter
from storesync.notifications.kinds import Channel, Group, all_kinds
from storesync.notifications.models import Notice
from storesync.notifications.queries import MOST_COUNTED, Entry, choices_of, count_unread, entries, visible


class Centre(FragmentMixin, TemplateView):
    """Everything that a person is told, newest first."""

    permission = SIGNED_IN
    template_name = "notifications/centre.html"
    fragment_template_name = "notifications/_notices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        brands, given = self.request.user_brands, self.request.GET
        form = CentreFilter(given or None, brands=brands)
        chosen = form.cleaned_data if form.is_valid() else {}
        found = Notice.objects.in_centre().filter(person=self.request.user)
        if chosen.get("kind"):
            found = found.filter(kind=chosen["kind"])
        if chosen.get("brand"):
            found = found.filter(brand__slug=chosen["brand"])
        if chosen.get("unread"):
            found = found.filter(read_at__isnull=True)
        size = given.get("size", "")
        page = keyset_page(
            found,
            order=["-happened_at"],
            cursor=given.get("page", ""),
            size=int(size) if size in ("25", "50", "100") else 0,
        )
        names = {brand.pk: brand.name for brand in brands}
        shown = entries(self.request.user, page.rows)
        return super().get_context_data(**kwargs) | {
            "page_title": _("Notifications"),
            "form": form,
            "filtered": any(chosen.values()),
            "page": page,
            "days": self._by_day(shown),
            "unread": any(entry.notice.is_unread for entry in shown),
            "brand_names": names if len(names) > 1 else {},
            "here": self.request.get_full_path(),
        }

    @staticmethod
    def _by_day(shown: list[Entry]) -> list[tuple[str, str, list[Entry]]]:
        today = timezone.localdate()
        parts: dict[bool, list[Entry]] = {True: [], False: []}
        for entry in shown:
            parts[timezone.localdate(entry.notice.happened_at) == today].append(entry)
        named = (("today", _("Today"), parts[True]), ("earlier", _("Earlier"), parts[False]))
        return [one for one in named if one[2]]


class Bell(GuardedView, View):
    """The bell with its number, as the header of every page asks for it."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        count = count_unread(self.request.user)
        context = {"count": count, "more": count > MOST_COUNTED, "most": MOST_COUNTED, "asked": True}
        return render(request, "notifications/_bell.html", context)


class OwnNotice(ActionView[Notice]):
    """One verb on one of a person's own notices; another's is not there."""

    permission = SIGNED_IN

    def get_queryset(self) -> QuerySet[Notice]:
        found: QuerySet[Notice] = Notice.objects.filter(person=self.request.user)
        return found

    def centre(self) -> HttpResponse:
        """The centre, as it was filtered."""
        return HttpResponseRedirect(_back_to(self.request))


def _back_to(request: HttpRequest) -> str:
    centre, wanted = reverse("notifications:centre"), request.POST.get("next", "")
    fits = wanted.startswith(centre) and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if fits else centre


class Open(OwnNotice):
    """Go where a notice leads.

    Followed on a page of ours it is read by that. Whatever else asks for the address, a program that looks
    at mails or one that loads pages ahead, writes nothing: then the page that it leads to marks it.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        notice = self.object
        if not visible(self.request.user, [notice]) or not notice.url.startswith("/"):
            messages.info(request, _("What this was about is no longer there for you, or has been settled."))
            return redirect("notifications:centre")
        if _followed_here(request):
            mark_read(notices=[notice.pk], actor=self.request.user)
            return HttpResponseRedirect(notice.url)
        parts = urlsplit(notice.url)
        query = f"{parts.query}&notice={notice.pk}" if parts.query else f"notice={notice.pk}"
        return HttpResponseRedirect(urlunsplit(parts._replace(query=query)))


def _followed_here(request: HttpRequest) -> bool:
    """Whether somebody followed a link on a page of ours, as browsers say that nothing else can (Fetch
    Metadata, W3C)."""
    told = request.headers
    followed = told.get("Sec-Fetch-Site") == "same-origin" and told.get("Sec-Fetch-Mode") == "navigate"
    return followed and request.method == "GET" and "Sec-Purpose" not in told


class Opened(OwnNotice):
    """Mark a notice as read because the page that it leads to was opened; the bell counts anew."""

    def perform(self) -> HttpResponse:
        mark_read(notices=[self.object.pk], actor=self.request.user)
        response = HttpResponse(status=204)
        trigger_client_event(response, "notices-changed")
        return response


class Mark(OwnNotice):
    """Mark one as read or unread, dismiss it, or bring it back."""

    def perform(self) -> HttpResponse:
        verb, ids, actor = self.kwargs["verb"], [self.object.pk], self.request.user
        if verb == "read":
            mark_read(notices=ids, actor=actor)
            self._say(_("Marked as read."), "unread")
        elif verb == "unread":
            mark_unread(notices=ids, actor=actor)
            self._say(_("Marked as unread."), "read")
        elif verb == "dismiss":
            dismiss(notices=ids, actor=actor)
            self._say(_("Dismissed."), "restore")
        elif verb == "restore":
            restore(notices=ids, actor=actor)
            self._say(_("The notice is back."), "dismiss")
        else:
            raise Http404
        return self.centre()

    def _say(self, text: str, undo: str) -> None:
        success_with_undo(self.request, text, reverse("notifications:mark", args=[self.object.pk, undo]))


class MarkAll(GuardedView, View):
    """Mark everything as read, with the way back."""

    permission = SIGNED_IN
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        count, at = mark_all_read(actor=self.request.user)
        if count:
            words = ngettext("%(n)d notice is marked as read.", "%(n)d notices are marked as read.", count)
            undo = reverse("notifications:undo_all", args=[at.isoformat()])
            success_with_undo(request, words % {"n": count}, undo)
        else:
            messages.info(request, _("Nothing was unread."))
        return HttpResponseRedirect(_back_to(request))


class UndoAll(GuardedView, View):
    """Take "mark all as read" back."""

    permission = SIGNED_IN
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, at: str) -> HttpResponse:
        moment = _moment(at)
        if moment is None:
            raise Http404
        count = undo_all_read(actor=self.request.user, at=moment)
        words = ngettext("%(n)d notice is unread again.", "%(n)d notices are unread again.", count)
        messages.success(request, words % {"n": count})
        return redirect("notifications:centre")


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return None if moment is None or timezone.is_naive(moment) else moment


class Settings(GuardedView, TemplateView):
    """How a person wants to be told of each kind of thing."""

    permission = SIGNED_IN
    template_name = "notifications/settings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = choices_of(self.request.user)
        groups: dict[Group, list[dict[str, Any]]] = {}
        for kind in all_kinds():
            wanted = chosen.get(kind.key, kind.default)
            cells = [
                {"channel": one, "allowed": one in kind.allowed, "chosen": one in wanted} for one in Channel
            ]
            groups.setdefault(kind.group, []).append({"kind": kind, "cells": cells})
        return super().get_context_data(**kwargs) | {
            "page_title": _("Notification settings"),
            "channels": list(Channel),
            "groups": [(group, groups[group]) for group in Group if group in groups],
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        person = self.request.user
        choices = {kind.key: request.POST.getlist(kind.key) for kind in all_kinds()}
        set_preferences(person=person, actor=person, choices=choices)
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("notifications:settings")
