"""Addresses of long tasks, within a brand."""

from django.urls import path

from storesync.core.job_views import JobDetail, JobList, JobStop

app_name = "jobs"
urlpatterns = [
    path("", JobList.as_view(), name="job_list"),
    path("<uuid:pk>/", JobDetail.as_view(), name="job_detail"),
    path("<uuid:pk>/stop/", JobStop.as_view(), name="job_stop"),
]
