"""Addresses that stand in mails; short, without a brand, open to whoever got one."""

from django.urls import path, re_path

from storesync.mailing.views import TestUnsubscribeView, UnsubscribeView

app_name = "mailing"

urlpatterns = [
    path("u/test/", TestUnsubscribeView.as_view(), name="unsubscribe_test"),
    # With and without the last slash: a mail program's POST must never be answered by a redirect (RFC 8058).
    re_path(r"^u/(?P<token>[A-Za-z0-9_-]{1,100})/?$", UnsubscribeView.as_view(), name="unsubscribe"),
]
