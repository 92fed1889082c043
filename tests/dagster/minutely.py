"""The project's own job on a schedule that a test can wait for. Loaded by the daemon in `test_daemon`.

A module may hold one Definitions object, so the project's is not imported by name.
"""

import dagster as dg

from etl import definitions

minutely = dg.ScheduleDefinition(
    name="minutely",
    job=definitions.everything,
    cron_schedule="* * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
with_minutely = dg.Definitions.merge(definitions.defs, dg.Definitions(schedules=[minutely]))
