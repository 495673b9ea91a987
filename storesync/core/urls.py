"""Addresses of the ground floor."""

from django.urls import path

from storesync.core.styleguide import Styleguide, StyleguideMail

app_name = "core"
urlpatterns = [
    path("styleguide/", Styleguide.as_view(), name="styleguide"),
    path("styleguide/mail/", StyleguideMail.as_view(), name="styleguide-mail"),
]
