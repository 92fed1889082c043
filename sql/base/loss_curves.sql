-- Question: Where was each run's validation loss lowest, and where did it end?
-- Grain: one row per run (copies left out) whose log has a validation loss
-- Reads: training_runs, training_steps
-- Columns:
--   canonical_run_id: the run
--   model_id: repo that prints it
--   n_evaluations: rows with a validation loss, in the log that has most
--   best_validation_loss: the lowest
--   best_step: the step of the lowest
--   last_validation_loss: the last
--   rise: last over best, minus 1: 0.1 is 10 % above the best; NULL where the best is zero or below
--   training_loss_at_best: training loss in the row of the best; NULL where it has none
--   last_training_loss: training loss in the last row that has one
-- Caveats: rows without a finite number are passed over
-- Kept: table
WITH rows_of_log AS (
    SELECT
        r.canonical_run_id, r.model_id, t.log, t.position, max(t.step) AS step,
        max(CASE WHEN t.metric = 'validation_loss' THEN bounded(t.value) END) AS validation_loss,
        max(CASE WHEN t.metric = 'training_loss' THEN bounded(t.value) END) AS training_loss
    FROM training_runs AS r
    INNER JOIN training_steps AS t ON t.model_id = r.model_id AND coalesce(t.run, 0) = r.run
    WHERE r.is_canonical AND t.metric IN ('validation_loss', 'training_loss')
    GROUP BY r.canonical_run_id, r.model_id, t.log, t.position
),

ranked AS (
    SELECT
        w.canonical_run_id, w.model_id, w.step, w.validation_loss, w.training_loss,
        count(w.validation_loss) OVER (PARTITION BY w.canonical_run_id, w.log) AS n_evaluations,
        row_number() OVER (
            PARTITION BY w.canonical_run_id ORDER BY w.validation_loss NULLS LAST, w.log, w.position
        ) AS best_place,
        row_number() OVER (
            PARTITION BY w.canonical_run_id ORDER BY w.validation_loss IS NULL, w.log DESC, w.position DESC
        ) AS last_place,
        row_number() OVER (
            PARTITION BY w.canonical_run_id ORDER BY w.training_loss IS NULL, w.log DESC, w.position DESC
        ) AS last_training_place
    FROM rows_of_log AS w
),

runs AS (
    SELECT
        k.canonical_run_id, k.model_id,
        max(k.n_evaluations) AS n_evaluations,
        max(CASE WHEN k.best_place = 1 THEN k.validation_loss END) AS best_loss,
        max(CASE WHEN k.best_place = 1 THEN k.step END) AS best_step,
        max(CASE WHEN k.best_place = 1 THEN k.training_loss END) AS training_at_best,
        max(CASE WHEN k.last_place = 1 THEN k.validation_loss END) AS last_loss,
        max(CASE WHEN k.last_training_place = 1 THEN k.training_loss END) AS last_training
    FROM ranked AS k
    GROUP BY k.canonical_run_id, k.model_id
)

SELECT
    u.canonical_run_id,
    u.model_id,
    u.n_evaluations,
    u.best_loss AS best_validation_loss,
    u.best_step,
    u.last_loss AS last_validation_loss,
    CASE WHEN u.best_loss > 0 THEN finite(u.last_loss / u.best_loss) - 1 END AS rise,
    u.training_at_best AS training_loss_at_best,
    u.last_training AS last_training_loss
FROM runs AS u
WHERE u.n_evaluations > 0
