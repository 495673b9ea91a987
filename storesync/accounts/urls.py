"""Addresses of a person's own pages; signing in is allauth's, under `/accounts/`."""

from django.urls import path

from storesync.accounts.views import Language, Preferences, Profile

app_name = "accounts"
urlpatterns = [
    path("profile/", Profile.as_view(), name="profile"),
    path("profile/preferences/", Preferences.as_view(), name="preferences"),
    path("language/", Language.as_view(), name="language"),
]
