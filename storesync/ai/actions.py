"""What people do about AI: its settings, the brand's key, a test of the connection."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.ai import tasks
from storesync.ai.keys import seal
from storesync.ai.models import AiSettings
from storesync.brands.models import Brand
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_BRAND
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.jobs import start_job
from storesync.core.models import Job, JobState
from storesync.core.scoping import require_scope
from storesync.core.versions import require_version, set_changed

if TYPE_CHECKING:
    from storesync.accounts.models import User

SETTINGS_FIELDS: Final = ("enabled", "monthly_ceiling", "calls_per_minute")
"""What people may change, beside the key."""
_KEY_FIELDS: Final = ["encrypted_key", "key_ending", "key_set_at"]


def save_settings(
    *, brand: Brand, actor: "User", values: Mapping[str, Any], version: datetime | None = None
) -> AiSettings:
    """Switch AI on or off for the brand, and say what it may cost and how often it is asked.

    Args:
        values: fields of SETTINGS_FIELDS.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        StaleVersion: somebody else has saved meanwhile.
        ActionRefused: a value is not right.
    """
    with audited("ai.settings_changed", actor=actor):
        found = _locked(brand, actor)
        require_version(found, version)
        if changed := set_changed(found, values, allowed=SETTINGS_FIELDS):
            found.save(update_fields=changed)
    return found


def set_key(*, brand: Brand, actor: "User", key: str) -> AiSettings:
    """Give the brand a key of its own, in place of the one that it has.

    Raises:
        PermissionDenied: the actor does not manage the brand.
    """
    with audited("ai.key_set", actor=actor):
        found = _locked(brand, actor)
        found.encrypted_key = seal(key, brand.pk)
        found.key_ending = key[-4:]
        found.key_set_at = Now()
        found.save(update_fields=_KEY_FIELDS)
    return found


def remove_key(*, brand: Brand, actor: "User") -> AiSettings:
    """Forget the brand's key; the company's is used again, where there is one.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        ActionRefused: it has none.
    """
    with audited("ai.key_removed", actor=actor):
        found = _locked(brand, actor)
        if not found.encrypted_key:
            raise ActionRefused(_("The brand has no key of its own."))
        found.encrypted_key, found.key_ending, found.key_set_at = "", "", None
        found.save(update_fields=_KEY_FIELDS)
    return found


def start_connection_test(*, brand: Brand, actor: "User") -> Job:
    """Ask the model one small question in the background; the page of the Job says how that went.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        ActionRefused: a test is running.
    """
    with audited("ai.connection_tested", actor=actor):
        _require_manager(brand, actor)
        # The brand is the lock: two who ask at once get one test.
        Brand.objects.select_for_update(of=("self",)).get(pk=brand.pk)
        running = Job.objects.filter(kind=tasks.TEST_JOB, state__in=[JobState.QUEUED, JobState.RUNNING])
        if running.exists():
            raise ActionRefused(_("A test is running. Its result comes in a minute at most."))
        job = start_job(
            brand_id=brand.pk,
            kind=tasks.TEST_JOB,
            title=_("Test of the connection to the model"),
            actor=actor,
            unit=_("questions"),
            total=1,
            back_url=reverse("ai:settings", args=[brand.slug]),
        )
        tasks.test_connection.wake(brand.pk, job.pk)
    return job


def _require_manager(brand: Brand, actor: "User") -> None:
    require_scope(brand.pk)
    if not can(actor, MANAGE_BRAND, brand):
        raise PermissionDenied


def _locked(brand: Brand, actor: "User") -> AiSettings:
    """The brand's settings, ours until the transaction ends; made when they are not there yet."""
    _require_manager(brand, actor)
    AiSettings.objects.get_or_create(brand=brand)
    found: AiSettings = AiSettings.objects.select_for_update(of=("self",)).get(brand=brand)
    return found
