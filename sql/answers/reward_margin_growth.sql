-- Question: How does the reward margin grow over the steps of a preference run?
-- Theme: preference training
-- Grain: one row per run (copies left out) and row of its log that has a reward margin
-- Reads: margin_logs, training_runs
-- Columns:
--   canonical_run_id: the run
--   group_id: author, base model and data sets
--   training_method: dpo, kto, orpo, ...
--   learning_rate: learning rate of the run
--   log: 0-based log in the card
--   position: 0-based row in the log
--   step: training step of the row
--   epoch: epoch of the row
--   share_of_log: the row's step as a share of the log's last step, 0 to 1; NULL without steps
--   reward_margin: rewards/margins in the row
--   share_of_last_margin: the margin as a share of the last row's; NULL where that is zero or below
-- Parameters:
--   method: training method: dpo, kto, orpo, ...; all if NULL
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
-- Caveats: logs differ in how often they evaluate; a log that starts late shows no early growth
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator
)

SELECT
    l.canonical_run_id,
    r.group_id,
    r.training_method,
    r.learning_rate,
    l.log,
    l.position,
    l.step,
    l.epoch,
    l.share_of_log,
    l.reward_margin,
    l.share_of_last_margin
FROM margin_logs AS l
INNER JOIN training_runs AS r ON r.canonical_run_id = l.canonical_run_id AND r.is_canonical
CROSS JOIN given AS g
WHERE fits(g.method, r.training_method)
    AND fits(g.base, r.base_model)
    AND fits(g.generator, r.card_generator)
ORDER BY l.canonical_run_id, l.log, l.position
