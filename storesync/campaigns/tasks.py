"""What the worker does for roll-outs; each task loads and calls an action."""

from uuid import UUID

from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.models import Rollout
from storesync.core.queue import task


@task()
def launch(brand_id: UUID, rollout_id: UUID) -> None:
    """Make the campaigns of a launching roll-out that are not there yet."""
    continue_launch(rollout=Rollout.objects.get(pk=rollout_id))
