"""The queue: what waits for whom, one by one and in groups, and deciding about many at once."""

from storesync.approvals.views.queue.bulk import BulkPage, GoOn
from storesync.approvals.views.queue.by_wave import ByWave
from storesync.approvals.views.queue.deciding import DecideMany
from storesync.approvals.views.queue.listing import Queue, add_owners

__all__ = ["BulkPage", "DecideMany", "GoOn", "ByWave", "Queue", "add_owners"]
