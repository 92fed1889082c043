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
        t.model_id, r.run, t.log, t.position, max(t.step) AS step,
        max(CASE WHEN t.metric = 'validation_loss' THEN bounded(t.value) END) AS validation_loss,
        max(CASE WHEN t.metric = 'training_loss' THEN bounded(t.value) END) AS training_loss
    FROM training_runs AS r
    INNER JOIN training_steps AS t ON t.model_id = r.model_id AND coalesce(t.run, 0) = r.run
    WHERE r.is_canonical AND t.metric IN ('validation_loss', 'training_loss')
    GROUP BY t.model_id, r.run, t.log, t.position
),

-- arg_max passes over rows without the loss, so that it tells the last one there is.
logs AS (
    SELECT
        w.model_id, w.run, w.log,
        count(w.validation_loss) AS n_evaluations,
        min(w.validation_loss) AS best_loss,
        arg_max(w.validation_loss, w.position) AS last_loss,
        arg_max(w.training_loss, w.position) AS last_training
    FROM rows_of_log AS w
    GROUP BY w.model_id, w.run, w.log
),

runs AS (
    SELECT
        g.model_id, g.run,
        max(g.n_evaluations) AS n_evaluations,
        min(g.best_loss) AS best_loss,
        arg_max(g.last_loss, g.log) AS last_loss,
        arg_max(g.last_training, g.log) AS last_training
    FROM logs AS g
    GROUP BY g.model_id, g.run
    HAVING max(g.n_evaluations) > 0
),

best_rows AS (
    SELECT w.model_id, w.run, w.step, w.training_loss
    FROM rows_of_log AS w
    INNER JOIN runs AS u ON u.model_id = w.model_id AND u.run = w.run AND u.best_loss = w.validation_loss
    QUALIFY row_number() OVER (PARTITION BY w.model_id, w.run ORDER BY w.log, w.position) = 1
)

SELECT
    concat(u.model_id, '#', u.run) AS canonical_run_id,
    u.model_id,
    u.n_evaluations,
    u.best_loss AS best_validation_loss,
    b.step AS best_step,
    u.last_loss AS last_validation_loss,
    CASE WHEN u.best_loss > 0 THEN finite(u.last_loss / u.best_loss) - 1 END AS rise,
    b.training_loss AS training_loss_at_best,
    u.last_training AS last_training_loss
FROM runs AS u
INNER JOIN best_rows AS b ON b.model_id = u.model_id AND b.run = u.run
