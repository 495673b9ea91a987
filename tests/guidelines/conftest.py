"""Rules written, published and switched on by the actions that pages call."""

from collections.abc import Callable
from typing import Any

import pytest

from storesync.guidelines.actions import publish_version, save_draft, switch_on
from storesync.guidelines.models import GuidelineVersion
from storesync.guidelines.queries import set_of
from tests.conftest import Cast

Publish = Callable[..., GuidelineVersion]


@pytest.fixture
def publish(in_acme: Cast) -> Publish:
    """Publish a version of these rules of acme."""

    def _publish(*rules: dict[str, Any], notes: str = "", on: bool = False) -> GuidelineVersion:
        brand, actor = in_acme.acme, in_acme.manager
        number = set_of(brand.pk).draft_number
        saved = save_draft(brand=brand, rules=rules, draft_number=number, actor=actor)
        version = publish_version(brand=brand, draft_number=saved.draft_number, actor=actor, notes=notes)
        if on:
            switch_on(version=version, actor=actor)
        return version

    return _publish
