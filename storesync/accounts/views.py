"""A person's own pages: profile, look, language."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic.base import View

from storesync.accounts.actions import PROFILE_FIELDS, update_profile
from storesync.accounts.forms import PreferenceForm, ProfileForm
from storesync.accounts.models import User
from storesync.core.permissions import SIGNED_IN
from storesync.core.views import GuardedView, ObjectFormView


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The address to go back to, if it is one of ours."""
    wanted = request.POST.get("next", "")
    allowed = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else fallback


class Profile(ObjectFormView[User]):
    """Name, language, time zone, look: one's own."""

    permission = SIGNED_IN
    form_class = ProfileForm
    template_name = "accounts/profile.html"
    success_url = reverse_lazy("accounts:profile")

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.filter(pk=self.request.user.pk)

    def get_object(self) -> User:
        return self.get_queryset().get()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"page_title": _("Your profile")}

    def perform(self, form: Any) -> HttpResponse:
        values = {name: form.cleaned_data[name] for name in PROFILE_FIELDS}
        user = update_profile(user=self.request.user, actor=self.request.user, **values)
        with translation.override(user.language):
            messages.success(self.request, _("Your profile is saved."))
        return redirect(str(self.success_url))


class Addresses(EmailView):
    """allauth's page of a person's addresses; only one that is shown to be theirs becomes the account's own.

    Roles are given to addresses: whoever could take any would be given the roles meant for others. allauth
    asks that only of accounts that have confirmed an address before.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("email", "").lower()
        if "action_primary" in request.POST and wanted not in self.confirmed(request):
            messages.error(request, _("Confirm this address first, by the link in the mail to it."))
            return redirect("account_email")
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def confirmed(self, request: HttpRequest) -> set[str]:
        """The person's confirmed addresses, and the one the account has."""
        found = EmailAddress.objects.filter(user=request.user.pk, verified=True)
        return {str(getattr(request.user, "email", "")).lower(), *(one.email.lower() for one in found)}


class Preferences(GuardedView, View):
    """The switches of the shell: theme and density, kept at once."""

    permission = SIGNED_IN
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreferenceForm(request.POST)
        chosen = (
            {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
        )
        if chosen:
            update_profile(user=self.request.user, actor=self.request.user, **chosen)
        # Not redirect(): it would take what is no address of ours for the name of a view.
        return HttpResponseRedirect(safe_next(request, reverse("accounts:profile")))


@method_decorator(login_not_required, name="dispatch")
class Language(View):
    """Choose the language of the pages, before or after signing in.

    Public: the sign-in page offers it. It keeps a cookie, and the person's own setting if there is one.
    """

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect(safe_next(request, "/"))
        language = request.POST.get("language", "")
        if language in dict(settings.LANGUAGES):
            if request.user.is_authenticated:
                update_profile(user=request.user, actor=request.user, language=language)
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=365 * 24 * 3600,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
