"""Addresses of templates, roll-outs and campaigns, all under `/b/<brand>/`."""

from django.urls import path
from django.views.generic import TemplateView

app_name = "campaigns"
urlpatterns = [
    path("rollouts/<uuid:pk>/", TemplateView.as_view(), name="rollout"),
    path("campaigns/<uuid:pk>/", TemplateView.as_view(), name="campaign"),
]
