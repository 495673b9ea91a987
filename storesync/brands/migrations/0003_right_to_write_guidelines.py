"""Whoever writes the templates of a brand writes its guidelines too."""

from django.db import migrations


def give(apps, schema_editor):
    """The right for the Brand Managers there are; rights are rows, and theirs were written before it was."""
    Permission = apps.get_model("auth", "Permission")
    for node in ("Brand", "Region", "Location"):
        known = Permission.objects.filter(content_type__app_label="brands", content_type__model=node.lower())
        templates = known.filter(codename="manage_template").first()
        if templates is None:
            continue  # a new installation: the rights are made after its migrations
        guidelines, _made = Permission.objects.get_or_create(
            content_type_id=templates.content_type_id,
            codename="manage_guideline",
            defaults={"name": "write guidelines and switch them on"},
        )
        rows = apps.get_model("brands", f"{node}UserPermission")
        rows.objects.bulk_create(
            rows(
                user_id=row.user_id,
                membership_id=row.membership_id,
                content_object_id=row.content_object_id,
                permission=guidelines,
            )
            for row in rows.objects.filter(permission=templates)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("brands", "0002_brands_agree"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="brand",
            options={
                "ordering": ["name"],
                "permissions": [
                    ("see_brand", "see the brand"),
                    ("manage_brand", "manage the brand, its regions and senders"),
                    ("manage_people", "manage the people of the brand"),
                    ("see_location", "see locations"),
                    ("manage_location", "manage locations"),
                    ("see_template", "see templates"),
                    ("manage_template", "write templates"),
                    ("manage_guideline", "write guidelines and switch them on"),
                    ("manage_rollout", "roll templates out"),
                    ("see_campaign", "see campaigns"),
                    ("edit_campaign", "create, customise, submit and pause campaigns"),
                    ("decide", "approve and reject"),
                    ("see_contact", "see personal data of contacts"),
                    ("manage_contact", "manage contacts"),
                    ("see_insight", "see insights"),
                ],
                "verbose_name": "brand",
                "verbose_name_plural": "brands",
            },
        ),
        migrations.AlterModelOptions(
            name="location",
            options={
                "ordering": ["name"],
                "permissions": [
                    ("see_brand", "see the brand"),
                    ("manage_brand", "manage the brand, its regions and senders"),
                    ("manage_people", "manage the people of the brand"),
                    ("see_location", "see locations"),
                    ("manage_location", "manage locations"),
                    ("see_template", "see templates"),
                    ("manage_template", "write templates"),
                    ("manage_guideline", "write guidelines and switch them on"),
                    ("manage_rollout", "roll templates out"),
                    ("see_campaign", "see campaigns"),
                    ("edit_campaign", "create, customise, submit and pause campaigns"),
                    ("decide", "approve and reject"),
                    ("see_contact", "see personal data of contacts"),
                    ("manage_contact", "manage contacts"),
                    ("see_insight", "see insights"),
                ],
                "verbose_name": "location",
                "verbose_name_plural": "locations",
            },
        ),
        migrations.AlterModelOptions(
            name="region",
            options={
                "ordering": ["name"],
                "permissions": [
                    ("see_brand", "see the brand"),
                    ("manage_brand", "manage the brand, its regions and senders"),
                    ("manage_people", "manage the people of the brand"),
                    ("see_location", "see locations"),
                    ("manage_location", "manage locations"),
                    ("see_template", "see templates"),
                    ("manage_template", "write templates"),
                    ("manage_guideline", "write guidelines and switch them on"),
                    ("manage_rollout", "roll templates out"),
                    ("see_campaign", "see campaigns"),
                    ("edit_campaign", "create, customise, submit and pause campaigns"),
                    ("decide", "approve and reject"),
                    ("see_contact", "see personal data of contacts"),
                    ("manage_contact", "manage contacts"),
                    ("see_insight", "see insights"),
                ],
                "verbose_name": "region",
                "verbose_name_plural": "regions",
            },
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
