-- Question: Do the headline results agree with the last row of the training log?
-- Theme: results
-- Grain: one row per run (copies left out) and result that stands in both
-- Reads: final_and_logged, training_runs
-- Columns:
--   canonical_run_id: the run
--   group_id: author, base model and data sets
--   metric: loss, rewards/margins or rewards/accuracies
--   headline: the headline result
--   last_log: the same in the last row of the log (validation loss for loss)
--   difference: headline minus last_log; NULL where one is no number
--   verdict: equal; earlier row (the headline is an earlier row's: a kept checkpoint); close (within 1 %); different;
--     or not a number
--   equal_step: step of the earlier row; NULL where the verdict is another
--   card_generator: the tool that wrote the card
-- Parameters:
--   method: training method: dpo, kto, orpo, ...; all if NULL
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
-- Caveats: a difference is no error: the headline may be of another data set, or of a last evaluation after the log
--   ends
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator
)

SELECT
    b.canonical_run_id,
    r.group_id,
    b.metric,
    b.headline,
    b.last_log,
    finite(b.headline) - finite(b.last_log) AS difference,
    b.verdict,
    b.equal_step,
    r.card_generator
FROM final_and_logged AS b
INNER JOIN training_runs AS r ON r.canonical_run_id = b.canonical_run_id AND r.is_canonical
CROSS JOIN given AS g
WHERE fits(g.method, r.training_method)
    AND fits(g.base, r.base_model)
    AND fits(g.generator, r.card_generator)
ORDER BY b.canonical_run_id, b.metric
