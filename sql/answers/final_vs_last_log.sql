-- Question: Do the headline results agree with the last row of the training log?
-- Theme: results
-- Grain: one row per run (copies left out) and result that stands in both
-- Reads: training_runs
-- Columns:
--   canonical_run_id: the run
--   group_id: author, base model and data sets
--   metric: loss, rewards/margins or rewards/accuracies
--   headline: the headline result
--   last_log: the same in the last row of the log (validation loss for loss)
--   difference: headline minus last_log
--   verdict: equal, close (within 1 %), different, or not a number
--   card_generator: the tool that wrote the card
-- Caveats: a difference is no error: the headline may be of the best checkpoint, of another data set, or of a last
--   evaluation after the log ends
WITH pairs AS (
    SELECT r.canonical_run_id, r.group_id, r.card_generator, 'loss' AS metric, r.loss AS headline,
        r.last_validation_loss AS last_log
    FROM training_runs AS r
    WHERE r.is_canonical
    UNION ALL
    SELECT r.canonical_run_id, r.group_id, r.card_generator, 'rewards/margins' AS metric, r.reward_margin AS headline,
        r.last_reward_margin AS last_log
    FROM training_runs AS r
    WHERE r.is_canonical
    UNION ALL
    SELECT r.canonical_run_id, r.group_id, r.card_generator, 'rewards/accuracies' AS metric,
        r.reward_accuracy AS headline, r.last_reward_accuracy AS last_log
    FROM training_runs AS r
    WHERE r.is_canonical
)

SELECT
    b.canonical_run_id,
    b.group_id,
    b.metric,
    b.headline,
    b.last_log,
    finite(b.headline) - finite(b.last_log) AS difference,
    CASE
        WHEN finite(b.headline) IS NULL OR finite(b.last_log) IS NULL THEN 'not a number'
        WHEN b.headline = b.last_log THEN 'equal'
        WHEN abs(b.headline - b.last_log) <= 0.01 * abs(b.last_log) THEN 'close'
        ELSE 'different'
    END AS verdict,
    b.card_generator
FROM pairs AS b
WHERE b.headline IS NOT NULL AND b.last_log IS NOT NULL
ORDER BY b.canonical_run_id, b.metric
