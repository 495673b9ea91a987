"""Addresses of brands, regions, locations and people."""

from django.urls import include, path

from storesync.brands.views import absence, brand, location, person, region

app_name = "brands"

inside = [
    path("brand/", brand.BrandDetail.as_view(), name="brand_detail"),
    path("brand/history/", brand.BrandHistory.as_view(), name="brand_history"),
    path("brand/edit/", brand.BrandEdit.as_view(), name="brand_edit"),
    path("regions/", region.RegionList.as_view(), name="region_list"),
    path("regions/new/", region.RegionCreate.as_view(), name="region_create"),
    path("regions/<uuid:pk>/rename/", region.RegionRename.as_view(), name="region_rename"),
    path("regions/<uuid:pk>/move/", region.RegionMove.as_view(), name="region_move"),
    path("regions/<uuid:pk>/remove/", region.RegionRemove.as_view(), name="region_remove"),
    path("locations/", location.LocationList.as_view(), name="location_list"),
    path("locations/new/", location.LocationCreate.as_view(), name="location_create"),
    path("locations/<uuid:pk>/", location.LocationDetail.as_view(), name="location_detail"),
    path("locations/<uuid:pk>/people/", location.LocationPeople.as_view(), name="location_people"),
    path("locations/<uuid:pk>/history/", location.LocationHistory.as_view(), name="location_history"),
    path("locations/<uuid:pk>/edit/", location.LocationEdit.as_view(), name="location_edit"),
    path("locations/<uuid:pk>/close/", location.LocationClose.as_view(), name="location_close"),
    path("locations/<uuid:pk>/reopen/", location.LocationReopen.as_view(), name="location_reopen"),
    path("people/", person.PersonList.as_view(), name="person_list"),
    path("people/invite/", person.PersonInvite.as_view(), name="person_invite"),
    path("people/<uuid:pk>/", person.PersonDetail.as_view(), name="person_detail"),
    path("people/<uuid:pk>/change/", person.PersonChange.as_view(), name="person_change"),
    path("people/<uuid:pk>/revoke/", person.PersonRevoke.as_view(), name="person_revoke"),
    path("people/<uuid:pk>/absence/", absence.PersonAbsences.as_view(), name="person_absence"),
    path("absence/", absence.OwnAbsences.as_view(), name="absence"),
    path("absence/<uuid:pk>/", absence.AbsenceChange.as_view(), name="absence_change"),
    path("absence/<uuid:pk>/end/", absence.AbsenceEnd.as_view(), name="absence_end"),
    path("people/<uuid:pk>/invite/", person.PersonInviteAgain.as_view(), name="person_invite_again"),
]

urlpatterns = [
    path("brands/", brand.BrandList.as_view(), name="brand_list"),
    path("brands/new/", brand.BrandCreate.as_view(), name="brand_create"),
    path("b/<slug:brand>/", include(inside)),
]
