"""Pages of approvals: the queue, the review of one revision, submissions, handing in."""
