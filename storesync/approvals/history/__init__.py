"""What happened to a campaign, or to a submission: one timeline of what several tables say.

It is a part of approvals, the highest floor that it reads: steps live here; moves and edits, comments and
batches on floors below. Nothing is written for it: every entry is a row that somebody else wrote.
"""

from storesync.approvals.history.entries import Entry, Kind
from storesync.approvals.history.timeline import Asked, Timeline, entries_of, of_campaign, of_submission

__all__ = ["Asked", "Entry", "Kind", "Timeline", "entries_of", "of_campaign", "of_submission"]
