"""Chain the steps that there are, as the trigger chains new ones. Begun again where it was broken off."""

from typing import Any

from django.db import migrations, transaction

from storesync.approvals.evidence.canonical import step_hash

OWNERS = 2_000
"""Chains of one transaction."""
CHAIN = f"""
CREATE OR REPLACE FUNCTION pg_temp.chain(kind text, owner uuid, of_brand uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    step RECORD;
    before text := '';
    count integer := 0;
BEGIN
    FOR step IN SELECT * FROM approvals_approvalstep s
        WHERE s.owner_kind = kind AND s.owner_id = owner AND s.brand_id = of_brand ORDER BY s.id
    LOOP
        count := count + 1;
        step.number := count;
        step.previous_hash := before;
        before := {step_hash("step")};
        UPDATE approvals_approvalstep SET number = count, previous_hash = step.previous_hash, hash = before
        WHERE id = step.id;
    END LOOP;
END $$
"""  # noqa: S608 - our own columns
NEXT = """
SELECT DISTINCT owner_kind, owner_id, brand_id FROM approvals_approvalstep
WHERE (owner_kind, owner_id) > (%s, %s) ORDER BY owner_kind, owner_id LIMIT %s
"""


def chain(apps: Any, schema_editor: Any) -> None:
    cursor = schema_editor.connection.cursor()
    cursor.execute(CHAIN)
    kind, owner = "", "00000000-0000-0000-0000-000000000000"
    while True:
        cursor.execute(NEXT, [kind, owner, OWNERS])
        found = cursor.fetchall()
        if not found:
            return
        kinds, owners, brands = (list(column) for column in zip(*found, strict=True))
        with transaction.atomic(using=schema_editor.connection.alias):
            cursor.execute(
                "SELECT pg_temp.chain(k, o, b) FROM unnest(%s::text[], %s::uuid[], %s::uuid[]) AS t(k, o, b)",
                [kinds, owners, brands],
            )
        kind, owner = kinds[-1], owners[-1]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("approvals", "0013_evidence"),
    ]

    operations = [
        migrations.RunPython(chain, migrations.RunPython.noop),
    ]
