"""Addresses of long tasks, within a brand."""

from django.urls import path

from storesync.core.job_views import JobDetail, JobList, JobStop, ListFileDownload, MakeListFile

app_name = "jobs"
urlpatterns = [
    path("", JobList.as_view(), name="job_list"),
    path("file/", MakeListFile.as_view(), name="list_file"),
    path("<uuid:pk>/", JobDetail.as_view(), name="job_detail"),
    path("<uuid:pk>/stop/", JobStop.as_view(), name="job_stop"),
    path("<uuid:pk>/file/", ListFileDownload.as_view(), name="list_file_download"),
]
