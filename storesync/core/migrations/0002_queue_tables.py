"""The tables of huey's PostgreSQL storage, word for word as huey 3.5 would make them itself.

Made here and not by huey at import, which would touch the real database while tests run. A test compares
them with the installed huey's.
"""

from django.db import migrations

MAKE = [
    "create table if not exists huey_kv (queue text not null, key text not null, value bytea not null, "
    "primary key(queue, key))",
    "create table if not exists huey_schedule (id bigserial primary key, queue text not null, "
    "data bytea not null, timestamp double precision not null)",
    "create index if not exists huey_schedule_queue_timestamp on huey_schedule (queue, timestamp)",
    "create table if not exists huey_task (id bigserial primary key, queue text not null, "
    "data bytea not null, priority double precision not null default 0.0)",
    "create index if not exists huey_task_queue_priority_id on huey_task (queue, priority desc, id)",
    "create table if not exists huey_counter (queue text not null, key text not null, "
    "value bigint not null default 0, primary key(queue, key))",
]
DROP = ["drop table huey_kv, huey_schedule, huey_task, huey_counter"]


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, DROP)]
