"""Addresses of the home page: across a person's brands, and of one of them."""

from django.urls import path

from storesync.dashboard import views

urlpatterns = [
    # /
    path("", views.HomeView.as_view(), name="home"),
    # /b/<brand>/
    path("b/<slug:brand>/", views.BrandHomeView.as_view(), name="brand_home"),
]
