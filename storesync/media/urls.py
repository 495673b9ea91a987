"""Addresses of the media library: its pages under `/b/<brand>/`, its pictures for everybody."""

from django.urls import path, re_path

from storesync.media.views import choose, library, public, upload

app_name = "media"
urlpatterns = [
    path("b/<slug:brand>/media/", library.LibraryView.as_view(), name="library"),
    path("b/<slug:brand>/media/upload/", upload.UploadView.as_view(), name="upload"),
    path("b/<slug:brand>/media/describe/", upload.DescribeView.as_view(), name="describe"),
    path("b/<slug:brand>/media/choose/", choose.ChooseView.as_view(), name="choose"),
    path("b/<slug:brand>/media/choose/upload/", choose.ChooseUploadView.as_view(), name="choose_upload"),
    path("b/<slug:brand>/media/<uuid:pk>/", library.ImageView.as_view(), name="image"),
    path("b/<slug:brand>/media/<uuid:pk>/edit/", library.ImageEditView.as_view(), name="image_edit"),
    path("b/<slug:brand>/media/<uuid:pk>/archive/", library.ImageArchiveView.as_view(), name="image_archive"),
    # The middleware answers it before anything else; here it is an address like all others.
    re_path(rf"^media/{public.PATTERN}$", public.picture, name="picture"),
]
