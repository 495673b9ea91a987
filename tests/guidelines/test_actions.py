"""Guidelines are written as a draft, published as versions, switched on and off; who may, and when not."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from storesync.core.changes import history_of
from storesync.core.errors import ActionRefused
from storesync.core.scoping import ScopeError, brand_scope
from storesync.guidelines.actions import (
    DraftMoved,
    publish_version,
    save_draft,
    switch_off,
    switch_on,
    take_version_back,
)
from storesync.guidelines.models import GuidelineSet, GuidelineVersion
from storesync.guidelines.queries import rules_in_force, set_of, version_in_force
from storesync.guidelines.rules import RulesInvalid
from tests.conftest import Cast
from tests.guidelines.conftest import Publish
from tests.guidelines.making import banned, rule


def test_a_draft_is_saved_and_counted(in_acme: Cast) -> None:
    saved = save_draft(brand=in_acme.acme, rules=[banned("gratis")], draft_number=0, actor=in_acme.manager)
    assert (saved.draft_number, saved.draft[0]["kind"]) == (1, "banned_words")
    again = save_draft(brand=in_acme.acme, rules=saved.draft, draft_number=1, actor=in_acme.manager)
    assert again.draft_number == 1, "a save without a change is none"
    assert rules_in_force(in_acme.acme.pk) is None


def test_the_second_of_two_editors_is_told(in_acme: Cast) -> None:
    save_draft(brand=in_acme.acme, rules=[banned("gratis")], draft_number=0, actor=in_acme.manager)
    with pytest.raises(DraftMoved) as refused:
        save_draft(brand=in_acme.acme, rules=[banned("umsonst")], draft_number=0, actor=in_acme.admin)
    assert refused.value.seen == 0
    with pytest.raises(DraftMoved):
        publish_version(brand=in_acme.acme, draft_number=0, actor=in_acme.admin)
    assert set_of(in_acme.acme.pk).draft[0]["words"][0]["text"] == "gratis"


def test_a_draft_with_errors_is_refused(in_acme: Cast) -> None:
    with pytest.raises(RulesInvalid):
        save_draft(brand=in_acme.acme, rules=[rule("mail_size")], draft_number=0, actor=in_acme.manager)


def test_regions_are_those_of_the_brand(cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        fine = [banned("gratis", regions=[str(cast.north.pk)])]
        saved = save_draft(brand=cast.acme, rules=fine, draft_number=0, actor=cast.manager)
        assert saved.draft[0]["regions"] == [str(cast.north.pk)]
    with brand_scope([cast.other.pk]), pytest.raises(RulesInvalid) as refused:
        save_draft(brand=cast.other, rules=fine, draft_number=0, actor=cast.stranger)
    assert refused.value.errors[0].field == "regions"


def test_versions_are_numbered_and_immutable(in_acme: Cast, publish: Publish) -> None:
    first, second = publish(banned("gratis"), notes=" First. "), publish(banned("umsonst"))
    assert [first.number, second.number] == [1, 2]
    assert (first.notes, first.author) == ("First.", in_acme.manager)
    with pytest.raises(DatabaseError), transaction.atomic():
        GuidelineVersion.objects.filter(pk=first.pk).update(rules=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        first.delete()


def test_a_version_without_a_change_or_without_rules_is_refused(in_acme: Cast, publish: Publish) -> None:
    with pytest.raises(ActionRefused, match="no rules"):
        publish_version(brand=in_acme.acme, draft_number=0, actor=in_acme.manager)
    publish(banned("gratis"))
    with pytest.raises(ActionRefused, match="since version 1"):
        publish_version(brand=in_acme.acme, draft_number=1, actor=in_acme.manager)


def test_one_version_is_in_force_or_none(in_acme: Cast, publish: Publish) -> None:
    first, second = publish(banned("gratis")), publish(banned("umsonst"))
    assert version_in_force(in_acme.acme.pk) is None
    for version in (first, second, first):
        found = switch_on(version=version, actor=in_acme.manager)
        assert found.in_force_since is not None
        assert version_in_force(in_acme.acme.pk) == version
        rules = rules_in_force(in_acme.acme.pk)
        assert rules is not None
        assert rules.rules[0].model_dump()["words"][0]["text"] == version.rules[0]["words"][0]["text"]
    since = set_of(in_acme.acme.pk).in_force_since
    assert switch_on(version=first, actor=in_acme.manager).in_force_since == since, "harmless when it is on"
    off = switch_off(brand=in_acme.acme, actor=in_acme.manager)
    assert (off.in_force, off.in_force_since) == (None, None)
    assert rules_in_force(in_acme.acme.pk) is None
    with pytest.raises(ActionRefused):
        switch_off(brand=in_acme.acme, actor=in_acme.manager)


def test_an_older_version_becomes_the_draft_again(in_acme: Cast, publish: Publish) -> None:
    first, _second = publish(banned("gratis")), publish(banned("umsonst"))
    with pytest.raises(DraftMoved):
        take_version_back(version=first, draft_number=1, actor=in_acme.manager)
    saved = take_version_back(version=first, draft_number=2, actor=in_acme.manager)
    assert saved.draft == first.rules


@pytest.mark.parametrize("who", ["approver", "leeds_manager", "clerk", "viewer", "stranger"])
def test_only_who_writes_guidelines_may(in_acme: Cast, publish: Publish, who: str) -> None:
    version = publish(banned("gratis"), on=True)
    person = getattr(in_acme, who)
    with pytest.raises(PermissionDenied):
        save_draft(brand=in_acme.acme, rules=[], draft_number=1, actor=person)
    with pytest.raises(PermissionDenied):
        publish_version(brand=in_acme.acme, draft_number=1, actor=person)
    with pytest.raises(PermissionDenied):
        switch_on(version=version, actor=person)
    with pytest.raises(PermissionDenied):
        switch_off(brand=in_acme.acme, actor=person)


def test_nothing_is_written_outside_of_the_scope(cast: Cast) -> None:
    with brand_scope([cast.other.pk]), pytest.raises(ScopeError):
        save_draft(brand=cast.acme, rules=[], draft_number=0, actor=cast.admin)


def test_history_says_who_switched(in_acme: Cast, publish: Publish) -> None:
    publish(banned("gratis"), on=True)
    switch_off(brand=in_acme.acme, actor=in_acme.admin)
    changes = history_of(GuidelineSet.objects.get())
    assert [(one.verb, one.actor) for one in changes[:2]] == [
        ("switched the guidelines off", in_acme.admin),
        ("switched the guidelines on", in_acme.manager),
    ]


def test_compiled_rules_are_kept(
    in_acme: Cast, publish: Publish, django_assert_num_queries: "pytest.FixtureRequest"
) -> None:
    publish(banned("gratis"), on=True)
    first = rules_in_force(in_acme.acme.pk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert rules_in_force(in_acme.acme.pk) is first
