"""Addresses that stand in approval mails; short and without a brand, so that they tell nothing."""

from django.urls import path, re_path

from storesync.approvals.views.link import FollowLink, LinkPage

app_name = "links"
urlpatterns = [
    path("a/<uuid:pk>/", LinkPage.as_view(), name="page"),
    re_path(r"^a/(?P<token>[A-Za-z0-9_-]{1,100})/$", FollowLink.as_view(), name="follow"),
]
