-- Question: In which runs does the validation loss turn up while the training loss still falls?
-- Theme: results
-- Grain: one row per run (copies left out) whose log has rows enough with a validation loss
-- Reads: loss_curves, training_runs
-- Columns:
--   canonical_run_id: the run
--   group_id: author, base model and data sets
--   n_evaluations: rows with a validation loss
--   best_validation_loss: the lowest
--   best_step: the step of the lowest
--   last_validation_loss: the last
--   rise: last over best, minus 1: 0.1 is 10 % above the best
--   training_loss_at_best: training loss in the row of the best
--   last_training_loss: training loss in the last row that has one
--   overfits: whether the last validation loss is more than minimum_rise above the best while the training loss fell
--     further; NULL where it rose and the log does not say how the training loss went
--   learning_rate: learning rate
--   num_epochs: epochs asked for
-- Parameters:
--   method: training method: dpo, kto, orpo, ...; all if NULL
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_rise: rise of the validation loss over its lowest, as a share, that counts as overfitting
--   minimum_evaluations: rows with a validation loss below which a run is not judged
-- Caveats: 5 % is a judgement; a run that kept its best checkpoint may overfit in the log and not in the weights
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        0.05 AS minimum_rise,
        3 AS minimum_evaluations
)

SELECT
    u.canonical_run_id,
    r.group_id,
    u.n_evaluations,
    u.best_validation_loss,
    u.best_step,
    u.last_validation_loss,
    u.rise,
    u.training_loss_at_best,
    u.last_training_loss,
    u.rise > g.minimum_rise AND u.last_training_loss < u.training_loss_at_best AS overfits,
    r.learning_rate,
    r.num_epochs
FROM loss_curves AS u
INNER JOIN training_runs AS r ON r.canonical_run_id = u.canonical_run_id AND r.is_canonical
CROSS JOIN given AS g
WHERE u.n_evaluations >= g.minimum_evaluations
    AND fits(g.method, r.training_method)
    AND fits(g.base, r.base_model)
    AND fits(g.generator, r.card_generator)
ORDER BY u.canonical_run_id
