-- Question: How did the reward margin stand in each row of each preference run's log?
-- Grain: one row per run (copies left out) and row of its log that has a reward margin
-- Reads: training_runs, training_steps
-- Columns:
--   canonical_run_id: the run
--   model_id: repo that prints it
--   log: 0-based log in the card
--   position: 0-based row in the log
--   step: training step of the row
--   epoch: epoch of the row
--   share_of_log: the row's step as a share of the log's last step, 0 to 1; NULL without steps
--   reward_margin: rewards/margins in the row; NULL where it is no number
--   share_of_last_margin: the margin as a share of the last row's; NULL where that is zero or below
-- Caveats: a log may begin late, and its last row need not be the end of the training
-- Kept: table
WITH logged AS (
    SELECT
        r.canonical_run_id, r.model_id, t.log, t.position, t.step, t.epoch, bounded(t.value) AS margin,
        max(t.step) OVER (PARTITION BY t.model_id, t.log) AS last_step,
        max(t.position) OVER (PARTITION BY t.model_id, t.log) AS last_position
    FROM training_runs AS r
    INNER JOIN training_steps AS t ON t.model_id = r.model_id AND coalesce(t.run, 0) = r.run
    WHERE r.is_canonical AND t.metric = 'rewards/margins'
),

lasts AS (
    SELECT l.canonical_run_id, l.log, max(l.margin) AS last_margin
    FROM logged AS l
    WHERE l.position = l.last_position
    GROUP BY l.canonical_run_id, l.log
)

SELECT
    l.canonical_run_id,
    l.model_id,
    l.log,
    l.position,
    l.step,
    l.epoch,
    CASE WHEN l.last_step > 0 THEN l.step / CAST(l.last_step AS DOUBLE) END AS share_of_log,
    l.margin AS reward_margin,
    CASE WHEN z.last_margin > 0 THEN finite(l.margin / z.last_margin) END AS share_of_last_margin
FROM logged AS l
INNER JOIN lasts AS z ON z.canonical_run_id = l.canonical_run_id AND z.log = l.log
