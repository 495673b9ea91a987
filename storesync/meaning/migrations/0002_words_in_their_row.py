"""The words beside the vector: rows that are ranked by words are read once."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("meaning", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE meaning_embeddeddocument ALTER COLUMN words SET STORAGE MAIN",
            migrations.RunSQL.noop,
        ),
    ]
