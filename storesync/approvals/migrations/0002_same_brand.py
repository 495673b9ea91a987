"""A row may refer only to rows of its own brand, and to a revision only by the hash that it has (Rule A3)."""

from django.db import migrations


def foreign_key(table: str, name: str, columns: str, target: str, target_columns: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) "
        f"REFERENCES {target} ({target_columns})",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [
        foreign_key(
            "approvals_submission",
            "submission_root_in_brand",
            "root_id, brand_id",
            "approvals_submission",
            "id, brand_id",
        ),
        foreign_key(
            "approvals_submissionitem",
            "item_submission_in_brand",
            "submission_id, brand_id",
            "approvals_submission",
            "id, brand_id",
        ),
        foreign_key(
            "approvals_submissionitem",
            "item_location_in_brand",
            "location_id, brand_id",
            "brands_location",
            "id, brand_id",
        ),
        foreign_key(
            "approvals_submissionitem",
            "item_revision_as_it_is",
            "revision_id, content_hash, brand_id",
            "content_revision",
            "id, content_hash, brand_id",
        ),
        foreign_key(
            "approvals_approvalstep",
            "step_submission_in_brand",
            "submission_id, brand_id",
            "approvals_submission",
            "id, brand_id",
        ),
        foreign_key(
            "approvals_approvalstep",
            "step_revision_as_it_is",
            "revision_id, content_hash, brand_id",
            "content_revision",
            "id, content_hash, brand_id",
        ),
    ]
