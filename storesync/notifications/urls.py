"""Addresses of a person's notices; they are of all their brands together."""

from django.urls import path

from storesync.notifications.views import Bell, Centre, Mark, MarkAll, Open, Opened, Settings, UndoAll

app_name = "notifications"
urlpatterns = [
    path("", Centre.as_view(), name="centre"),
    path("bell/", Bell.as_view(), name="bell"),
    path("settings/", Settings.as_view(), name="settings"),
    path("read/", MarkAll.as_view(), name="mark_all"),
    path("read/<str:at>/undo/", UndoAll.as_view(), name="undo_all"),
    path("<uuid:pk>/", Open.as_view(), name="open"),
    path("<uuid:pk>/opened/", Opened.as_view(), name="opened"),
    path("<uuid:pk>/<slug:verb>/", Mark.as_view(), name="mark"),
]
