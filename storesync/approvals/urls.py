"""Addresses of approvals, all under `/b/<brand>/`."""

app_name = "approvals"
urlpatterns: list[object] = []
