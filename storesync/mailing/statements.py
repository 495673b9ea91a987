"""The statements of the engine, one for each step of sending.md. `{brand}` is the condition on the batch."""

from typing import Final

# Batches one after another, mail to people who wait for it first; rows of paused ones are never looked at.
CLAIM: Final = """
WITH due AS MATERIALIZED (
    SELECT d.id
    FROM (SELECT id FROM mailing_batch b
          WHERE b.state = 'running' AND {brand} AND (b.expires_at IS NULL OR b.expires_at > now())
          ORDER BY b.mail_class = 'marketing', b.id) b
    CROSS JOIN LATERAL (
        SELECT q.id FROM mailing_delivery q
        WHERE q.batch_id = b.id AND q.state = 'queued' AND q.next_at <= clock_timestamp()
        ORDER BY q.next_at, q.id LIMIT %(n)s FOR UPDATE SKIP LOCKED) d
    LIMIT %(n)s)
UPDATE mailing_delivery d
SET state = 'leased', lease = %(lease)s, lease_until = clock_timestamp() + make_interval(secs => %(seconds)s),
    updated_at = now()
FROM due, mailing_batch b LEFT JOIN brands_location l ON l.id = b.location_id
WHERE d.id = due.id AND b.id = d.batch_id
RETURNING d.id, d.batch_id, coalesce(l.status, 'open')
"""

# Our leased rows, locked, each found by its key: whatever the planner knows of a ledger that was filled a
# second ago, these never read more of it than asked for (LIMIT keeps them from being flattened).
_MINE: Final = """
WITH mine AS MATERIALIZED (
    SELECT d.*, b.mail_class, b.state AS batch_state, c.mailbox, c.first_name, c.last_name,
           c.fields::text AS fields, c.erased_at,
           c.erased_at IS NOT NULL OR b.mail_class NOT IN ('transactional', 'digest')
           AND (c.consent = 'withdrawn' OR EXISTS (
               SELECT FROM audience_suppression s
               WHERE s.address_hash = c.address_hash AND (s.brand_id = d.brand_id OR s.brand_id IS NULL))
           ) AS blocked, c.address_hash
    FROM unnest(%(ids)s::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT q.id, q.batch_id, q.contact_id, q.brand_id FROM mailing_delivery q
        WHERE q.id = wanted.id AND q.lease = %(lease)s AND q.state = 'leased'
        LIMIT 1 FOR UPDATE) d
    CROSS JOIN LATERAL (SELECT * FROM mailing_batch q WHERE q.id = d.batch_id LIMIT 1) b
    CROSS JOIN LATERAL (SELECT * FROM audience_contact q WHERE q.id = d.contact_id LIMIT 1) c)
"""

# Nothing reaches the wire without this commit (Rules S2, S4).
INTEND: Final = f"""
{_MINE}
UPDATE mailing_delivery d
SET state = 'sending', attempt = d.attempt + 1, updated_at = now(),
    lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM mine
WHERE d.id = mine.id AND d.lease_until > clock_timestamp()
  AND mine.batch_state = 'running' AND NOT mine.blocked
RETURNING d.id, d.batch_id, d.message_id, d.attempt, mine.mailbox, mine.first_name, mine.last_name,
    mine.fields
"""  # noqa: S608 - _MINE is a constant

# Rows of ours that are not to be sent now: suppressed for good, or back in the queue.
SETTLE: Final = f"""
{_MINE}
UPDATE mailing_delivery d
SET lease = NULL, lease_until = NULL, updated_at = now(),
    state = CASE WHEN mine.blocked THEN 'suppressed' WHEN mine.batch_state = 'cancelled' THEN 'cancelled'
                 ELSE 'queued' END,
    reason = CASE WHEN mine.erased_at IS NOT NULL THEN 'erased'
                  WHEN mine.blocked THEN coalesce(
                      (SELECT s.reason FROM audience_suppression s
                       WHERE s.address_hash = mine.address_hash
                         AND (s.brand_id = mine.brand_id OR s.brand_id IS NULL)
                       ORDER BY s.created_at LIMIT 1), 'unsubscribed')
                  WHEN mine.batch_state = 'cancelled' THEN 'stopped' ELSE d.reason END
FROM mine
WHERE d.id = mine.id
"""  # noqa: S608 - _MINE is a constant

# Fenced by the lease. A late "sent" is evidence, and still counts where the row was given up as unknown.
RECORD: Final = """
WITH mine AS MATERIALIZED (
    SELECT v.*, b.state = 'cancelled' AND v.state = 'queued' AS stopped
    FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(reasons)s::text[], %(waits)s::float8[],
                %(refunds)s::int[], %(codes)s::int[], %(statuses)s::text[], %(esp_ids)s::text[])
         AS v (id, state, reason, wait, refund, code, status, esp_id)
    CROSS JOIN LATERAL (
        SELECT q.batch_id FROM mailing_delivery q
        WHERE q.id = v.id AND q.lease = %(lease)s
          AND (q.state = 'sending' OR q.state = 'unknown' AND v.state = 'sent')
        LIMIT 1 FOR UPDATE) d
    CROSS JOIN LATERAL (SELECT q.state FROM mailing_batch q WHERE q.id = d.batch_id LIMIT 1) b)
UPDATE mailing_delivery d
SET state = CASE WHEN mine.stopped THEN 'cancelled' ELSE mine.state END,
    reason = CASE WHEN mine.stopped THEN 'stopped' ELSE mine.reason END,
    next_at = CASE WHEN mine.state = 'queued' THEN clock_timestamp() + make_interval(secs => mine.wait)
                   ELSE d.next_at END,
    attempt = d.attempt - mine.refund, unknowns = d.unknowns + (mine.state = 'unknown')::int,
    last_code = coalesce(mine.code, d.last_code), last_status = mine.status, esp_id = mine.esp_id,
    sent_at = CASE WHEN mine.state = 'sent' THEN clock_timestamp() END,
    lease = CASE WHEN mine.state = 'unknown' THEN d.lease END, lease_until = NULL, updated_at = now()
FROM mine
WHERE d.id = mine.id
RETURNING d.id
"""

EVENTS: Final = """
INSERT INTO mailing_deliveryevent (brand_id, delivery_id, kind, reason, code, status, happened_at)
SELECT d.brand_id, d.id, v.kind, v.reason, v.code, v.status, clock_timestamp()
FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(reasons)s::text[], %(codes)s::int[], %(statuses)s::text[])
     AS v (id, kind, reason, code, status)
JOIN mailing_delivery d ON d.id = v.id
"""

# Any worker, for all brands: a lease that ran out in `leased` was never on the wire, one in `sending` may
# have been. The row keeps its lease, so that its worker, should it live, can still bring evidence.
REAP: Final = """
UPDATE mailing_delivery d
SET state = CASE WHEN d.state = 'sending' THEN 'unknown' WHEN b.state = 'cancelled' THEN 'cancelled'
                 ELSE 'queued' END,
    reason = CASE WHEN d.state = 'sending' THEN 'worker_lost' WHEN b.state = 'cancelled' THEN 'stopped'
                  ELSE d.reason END,
    unknowns = d.unknowns + (d.state = 'sending')::int,
    lease = CASE WHEN d.state = 'sending' THEN d.lease END, lease_until = NULL, updated_at = now()
FROM mailing_batch b
WHERE b.id = d.batch_id AND d.state IN ('leased', 'sending') AND d.lease_until < clock_timestamp()
RETURNING d.id, d.state, d.brand_id
"""

# The policy of mail that somebody waits for: once more, once. Marketing is held for a person (Rule S3).
RESEND: Final = """
UPDATE mailing_delivery d
SET state = 'queued', reason = 'resent', next_at = clock_timestamp(), lease = NULL, updated_at = now()
FROM mailing_batch b
WHERE d.id = ANY(%(ids)s) AND d.state = 'unknown' AND d.unknowns = 1
  AND b.id = d.batch_id AND b.mail_class IN ('transactional', 'digest') AND b.state = 'running'
"""

NEXT_DUE: Final = """
SELECT extract(epoch FROM min(d.next_at) - clock_timestamp())::float8
FROM (SELECT id FROM mailing_batch b WHERE b.state = 'running' AND {brand}) b
CROSS JOIN LATERAL (
    SELECT q.next_at FROM mailing_delivery q
    WHERE q.batch_id = b.id AND q.state = 'queued' ORDER BY q.next_at LIMIT 1) d
"""

UNFINISHED: Final = """
SELECT DISTINCT b.brand_id FROM mailing_batch b
WHERE b.state = 'running' OR b.state = 'cancelled' AND b.ended_at IS NULL
   OR b.ended_at IS NULL AND b.expires_at <= now()
"""

# Of everything tried in the scope of a batch, how much was refused for good (Rule S10).
REFUSED_SHARE: Final = """
SELECT count(*) FILTER (WHERE d.state = 'bounced'
                           OR d.state = 'failed' AND d.reason IN ('refused', 'no_address')),
       count(*) FILTER (WHERE d.state = 'complained'),
       count(*) FILTER (WHERE d.state IN ('sent', 'delivered', 'bounced', 'complained', 'failed')),
       array_agg(DISTINCT b.id)
FROM mailing_batch b JOIN mailing_delivery d ON d.batch_id = b.id
WHERE b.dedupe_scope = %(scope)s
"""
