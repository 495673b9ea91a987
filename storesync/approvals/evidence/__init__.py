"""Evidence that stands up: the chain of steps, its daily seals, the archive, packs, and their verification.

It is a part of approvals and no floor of its own: what it proves are approvals' rows, and all that it reads
besides (revisions, deliveries, comments) lives on floors below.
"""
