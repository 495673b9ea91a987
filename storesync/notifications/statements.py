"""The one statement that writes notices: any number of people, their preferences, one notice a matter."""

from typing import Final

TELL: Final = """
INSERT INTO notifications_notice AS mine (
  id, created_at, updated_at, happened_at, brand_id, person_id, kind, matter, thread, facts, url, about,
  urgent, occurrences, number, on_page, mail_due, collected
)
SELECT told.id, now(), now(), %(now)s, %(brand)s, told.person, %(kind)s, told.matter, told.thread,
       told.facts, told.url, told.about, told.urgent, told.occurrences, 1,
       coalesce(wish.page, %(page)s),
       CASE WHEN told.urgent AND %(may_mail)s
            THEN coalesce(wish.mail OR wish.digest, TRUE) ELSE coalesce(wish.mail, %(mail)s) END,
       coalesce(wish.digest, %(digest)s)
FROM jsonb_to_recordset(%(rows)s) AS told(
  id uuid, person int, matter text, thread text, facts jsonb, url text, about timestamptz, urgent boolean,
  occurrences int
)
JOIN accounts_user ON accounts_user.id = told.person AND accounts_user.is_active
LEFT JOIN notifications_noticepreference wish ON wish.person_id = told.person AND wish.kind = %(kind)s
ORDER BY told.person, told.matter
ON CONFLICT (person_id, brand_id, kind, matter) DO UPDATE SET
  updated_at = now(),
  happened_at = excluded.happened_at,
  thread = excluded.thread,
  facts = excluded.facts,
  url = excluded.url,
  about = excluded.about,
  urgent = excluded.urgent,
  occurrences = excluded.occurrences + CASE
    WHEN mine.read_at IS NULL AND mine.dismissed_at IS NULL THEN mine.occurrences ELSE 0 END,
  number = mine.number + 1,
  on_page = excluded.on_page,
  collected = excluded.collected,
  mail_due = mine.mail_due OR (excluded.mail_due AND NOT (
    mine.read_at IS NULL AND mine.dismissed_at IS NULL AND mine.mailed_at IS NOT NULL
    AND (mine.urgent OR NOT excluded.urgent))),
  read_at = NULL,
  dismissed_at = NULL,
  digested_at = NULL,
  mailed_at = CASE
    WHEN mine.read_at IS NULL AND mine.dismissed_at IS NULL THEN mine.mailed_at ELSE NULL END
"""
"""Who has switched every channel off gets a row too, which nobody shows: what was told is known by rows."""
