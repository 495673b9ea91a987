"""Brands: make and change them."""

import pytest
from django.core.exceptions import PermissionDenied

from storesync.brands.actions.brand import create_brand, update_brand
from storesync.brands.models import Brand
from storesync.core.errors import ActionRefused, StaleVersion
from tests.conftest import Cast


def test_only_an_admin_makes_a_brand(in_acme: Cast) -> None:
    new = create_brand(name="Third", slug="third", actor=in_acme.admin, values={"currency": "EUR"})
    assert (new.slug, new.currency) == ("third", "EUR")
    with pytest.raises(PermissionDenied):
        create_brand(name="Fourth", slug="fourth", actor=in_acme.manager, values={})
    with pytest.raises(ActionRefused):
        create_brand(name="Acme again", slug="acme", actor=in_acme.admin, values={})


def test_a_manager_changes_their_brand_only(in_acme: Cast) -> None:
    update_brand(brand=in_acme.acme, actor=in_acme.manager, values={"voice": "Warm and plain."})
    assert Brand.objects.get(pk=in_acme.acme.pk).voice == "Warm and plain."
    for actor in (in_acme.stranger, in_acme.approver, in_acme.viewer):
        with pytest.raises(PermissionDenied):
            update_brand(brand=in_acme.acme, actor=actor, values={"voice": "Loud!"})


def test_bad_values_and_stale_pages_are_refused(in_acme: Cast) -> None:
    with pytest.raises(ActionRefused):
        update_brand(brand=in_acme.acme, actor=in_acme.manager, values={"primary_colour": "blue"})
    for name in ("sender_email", "reply_to"):
        with pytest.raises(ActionRefused, match="plain letters"):
            update_brand(brand=in_acme.acme, actor=in_acme.manager, values={name: "news@m\xfcnchen.example"})
    seen = Brand.objects.get(pk=in_acme.acme.pk).updated_at
    update_brand(brand=in_acme.acme, actor=in_acme.manager, values={"voice": "A"}, version=seen)
    with pytest.raises(StaleVersion):
        update_brand(brand=in_acme.acme, actor=in_acme.admin, values={"voice": "B"}, version=seen)
    with pytest.raises(TypeError):
        update_brand(brand=in_acme.acme, actor=in_acme.manager, values={"slug": "elsewhere"})
