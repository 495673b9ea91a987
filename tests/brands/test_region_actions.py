"""The tree of regions: add, rename, move, remove; paths stay true."""

import pytest
from django.core.exceptions import PermissionDenied

from storesync.brands.actions.region import create_region, move_region, remove_region, rename_region
from storesync.brands.models import Location, Region
from storesync.brands.permissions import can
from storesync.brands.rights import EDIT_CAMPAIGN
from storesync.core.errors import ActionRefused
from tests.conftest import Cast
from tests.factories import LocationFactory, RegionFactory


def paths_are_true() -> bool:
    """Whether every path holds exactly the ancestors that the parents name."""
    regions = {region.pk: region for region in Region.objects.all()}

    def ancestors(region: Region) -> list[object]:
        above = ancestors(regions[region.parent_id]) if region.parent_id else []
        return [*above, region.pk]

    return all(region.path == ancestors(region) for region in regions.values())


def test_a_region_is_added_below_another(in_acme: Cast) -> None:
    leeds = create_region(
        brand=in_acme.acme, name=" Greater  Leeds ", parent=in_acme.north, actor=in_acme.manager
    )
    assert leeds.name == "Greater Leeds"
    assert paths_are_true()


def test_a_name_is_taken_among_neighbours_only(in_acme: Cast) -> None:
    create_region(brand=in_acme.acme, name="South", parent=in_acme.north, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="South"):
        create_region(brand=in_acme.acme, name="South", parent=None, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="South"):
        rename_region(region=in_acme.north, name="South", actor=in_acme.manager)


def test_a_move_takes_everything_below_along_with_its_rights(in_acme: Cast) -> None:
    middle = create_region(brand=in_acme.acme, name="Kent", parent=in_acme.south, actor=in_acme.manager)
    deep = create_region(brand=in_acme.acme, name="Dover", parent=middle, actor=in_acme.manager)
    store = LocationFactory(brand=in_acme.acme, region=deep, name="Castle Street")
    assert not can(in_acme.north_manager, EDIT_CAMPAIGN, store)
    move_region(region=middle, parent=in_acme.north, actor=in_acme.manager)
    assert paths_are_true()
    assert can(in_acme.north_manager, EDIT_CAMPAIGN, Location.objects.get(pk=store.pk))
    move_region(region=middle, parent=None, actor=in_acme.manager)
    assert paths_are_true()
    assert not can(in_acme.north_manager, EDIT_CAMPAIGN, Location.objects.get(pk=store.pk))


def test_a_region_never_moves_into_itself_or_below(in_acme: Cast) -> None:
    below = create_region(brand=in_acme.acme, name="Yorkshire", parent=in_acme.north, actor=in_acme.manager)
    for place in (in_acme.north, below):
        with pytest.raises(ActionRefused, match="itself"):
            move_region(region=in_acme.north, parent=place, actor=in_acme.manager)
    assert paths_are_true()


def test_a_stale_path_of_the_caller_does_no_harm(in_acme: Cast) -> None:
    kent = create_region(brand=in_acme.acme, name="Kent", parent=in_acme.south, actor=in_acme.manager)
    stale = Region.objects.get(pk=kent.pk)
    move_region(region=kent, parent=in_acme.north, actor=in_acme.manager)
    create_region(brand=in_acme.acme, name="Dover", parent=stale, actor=in_acme.manager)
    assert paths_are_true()


def test_only_who_manages_the_brand_changes_its_tree(in_acme: Cast) -> None:
    with pytest.raises(PermissionDenied):
        create_region(brand=in_acme.acme, name="West", parent=None, actor=in_acme.north_manager)
    with pytest.raises(PermissionDenied):
        move_region(region=in_acme.north, parent=in_acme.south, actor=in_acme.viewer)
    with pytest.raises(PermissionDenied):
        rename_region(region=in_acme.north, name="Up", actor=in_acme.stranger)
    with pytest.raises(PermissionDenied):
        remove_region(region=in_acme.north, actor=in_acme.clerk)


def test_only_an_empty_region_that_limits_nobody_is_removed(in_acme: Cast) -> None:
    with pytest.raises(ActionRefused, match="locations"):
        remove_region(region=in_acme.south, actor=in_acme.manager)
    Location.objects.filter(region=in_acme.north).update(region=None)
    with pytest.raises(ActionRefused, match="limited"):
        remove_region(region=in_acme.north, actor=in_acme.manager)
    empty = RegionFactory(brand=in_acme.acme, name="Empty")
    remove_region(region=empty, actor=in_acme.manager)
    assert not Region.objects.filter(pk=empty.pk).exists()
    with pytest.raises(ActionRefused, match="removed"):
        rename_region(region=empty, name="Ghost", actor=in_acme.manager)
