"""Addresses of AI, under `/b/<brand>/ai/`."""

from django.urls import path

from storesync.ai.views import overview, runs, settings

app_name = "ai"
urlpatterns = [
    path("", overview.OverviewView.as_view(), name="overview"),
    path("calls/", runs.RunListView.as_view(), name="runs"),
    path("calls/<uuid:pk>/", runs.RunView.as_view(), name="run"),
    path("settings/", settings.SettingsView.as_view(), name="settings"),
    path("settings/key/", settings.KeyView.as_view(), name="key"),
    path("settings/key/remove/", settings.KeyRemoveView.as_view(), name="key_remove"),
    path("settings/test/", settings.ConnectionTestView.as_view(), name="test"),
]
