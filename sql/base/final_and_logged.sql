-- Question: What does each run's headline say, and what does its log say of the same?
-- Grain: one row per run (copies left out) and result that stands in both
-- Reads: training_runs, training_steps
-- Columns:
--   canonical_run_id: the run
--   model_id: repo that prints it
--   metric: loss, rewards/margins or rewards/accuracies
--   headline: the headline result
--   last_log: the same in the last row of the log (validation loss for loss)
--   verdict: equal; earlier row (the headline is an earlier row's: a kept checkpoint); close (within 1 %); different;
--     or not a number
--   equal_step: step of the earlier row; NULL where the verdict is another
-- Caveats: a row counts as earlier only where it prints the very number of the headline
-- Kept: table
WITH pairs AS (
    SELECT r.canonical_run_id, r.model_id, r.run, 'loss' AS metric, 'validation_loss' AS logged_as, r.loss AS headline,
        r.last_validation_loss AS last_log
    FROM training_runs AS r
    WHERE r.is_canonical
    UNION ALL
    SELECT r.canonical_run_id, r.model_id, r.run, 'rewards/margins' AS metric, 'rewards/margins' AS logged_as,
        r.reward_margin AS headline, r.last_reward_margin AS last_log
    FROM training_runs AS r
    WHERE r.is_canonical
    UNION ALL
    SELECT r.canonical_run_id, r.model_id, r.run, 'rewards/accuracies' AS metric, 'rewards/accuracies' AS logged_as,
        r.reward_accuracy AS headline, r.last_reward_accuracy AS last_log
    FROM training_runs AS r
    WHERE r.is_canonical
),

stated AS (
    SELECT
        p.canonical_run_id, p.model_id, p.run, p.metric, p.logged_as, p.headline, p.last_log,
        finite(p.headline) IS NOT NULL AND finite(p.last_log) IS NOT NULL AS is_number
    FROM pairs AS p
    WHERE p.headline IS NOT NULL AND p.last_log IS NOT NULL
),

earlier AS (
    SELECT s.canonical_run_id, s.metric, max(t.step) AS step, count(*) AS n
    FROM stated AS s
    INNER JOIN training_steps AS t
        ON t.model_id = s.model_id AND coalesce(t.run, 0) = s.run AND t.metric = s.logged_as AND t.value = s.headline
    WHERE s.is_number AND s.headline <> s.last_log
    GROUP BY s.canonical_run_id, s.metric
)

SELECT
    s.canonical_run_id,
    s.model_id,
    s.metric,
    s.headline,
    s.last_log,
    CASE
        WHEN NOT s.is_number THEN 'not a number'
        WHEN s.headline = s.last_log THEN 'equal'
        WHEN e.n IS NOT NULL THEN 'earlier row'
        WHEN abs(s.headline - s.last_log) <= 0.01 * abs(s.last_log) THEN 'close'
        ELSE 'different'
    END AS verdict,
    CASE WHEN s.is_number AND s.headline <> s.last_log THEN e.step END AS equal_step
FROM stated AS s
LEFT JOIN earlier AS e ON e.canonical_run_id = s.canonical_run_id AND e.metric = s.metric
