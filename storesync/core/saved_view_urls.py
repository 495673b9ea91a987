"""Addresses of people's own views of lists, within a brand."""

from django.urls import path

from storesync.core.saved_view_pages import (
    ChangeView,
    ChooseColumns,
    OpenWithView,
    RemoveView,
    RestoreView,
    SaveView,
    UpdateView,
)

app_name = "saved_views"
urlpatterns = [
    path("columns/", ChooseColumns.as_view(), name="columns"),
    path("new/", SaveView.as_view(), name="save"),
    path("<uuid:pk>/", ChangeView.as_view(), name="change"),
    path("<uuid:pk>/update/", UpdateView.as_view(), name="update"),
    path("<uuid:pk>/default/", OpenWithView.as_view(), name="default"),
    path("<uuid:pk>/remove/", RemoveView.as_view(), name="remove"),
    path("<uuid:pk>/restore/", RestoreView.as_view(), name="restore"),
]
