"""Seats and groups are of one brand; what waits keeps its one stage, and anybody who may decide sits there."""

from django.db import migrations


def foreign_key(table: str, name: str, columns: str, target: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {target} (id, brand_id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_policies_and_seats")]

    operations = [
        foreign_key(
            "approvals_seat", "seat_submission_in_brand", "submission_id, brand_id", "approvals_submission"
        ),
        foreign_key("approvals_seat", "seat_group_in_brand", "group_id, brand_id", "approvals_reviewgroup"),
        foreign_key(
            "approvals_groupmember", "member_group_in_brand", "group_id, brand_id", "approvals_reviewgroup"
        ),
        migrations.RunSQL(
            "UPDATE approvals_submission SET stage_since = created_at WHERE state = 'waiting'",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "UPDATE approvals_submissionitem SET start_at = due_at WHERE due_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "INSERT INTO approvals_seat "
            "(id, created_at, updated_at, brand_id, submission_id, stage, kind, role, escalated) "
            "SELECT gen_random_uuid(), now(), now(), brand_id, id, stage, 'anybody', '', false "
            "FROM approvals_submission WHERE state = 'waiting'",
            "DELETE FROM approvals_seat",
        ),
    ]
