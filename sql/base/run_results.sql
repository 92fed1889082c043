-- Question: What came out of each run, by its headline and by the last row of its log?
-- Grain: one row per printing of a run that prints results
-- Reads: eval_metrics, training_steps, run_printings
-- Columns:
--   model_id: repo whose card prints the run
--   run: 0-based number of the run within the card
--   loss: headline evaluation loss (`Loss`, or `Validation Loss`, as Keras' callback calls it)
--   accuracy: headline accuracy, as printed (`Accuracy`, or `Validation Accuracy`)
--   reward_margin: headline rewards/margins
--   reward_accuracy: headline rewards/accuracies, as printed
--   reward_chosen: headline rewards/chosen
--   reward_rejected: headline rewards/rejected
--   result_conflicts: headline results stated twice with different values, which are NULL here; NULL if there is none
--   n_log_rows: rows of the run's logs
--   last_step: step of the last row of the last log
--   last_epoch: epoch of that row
--   last_training_loss: training loss in the last row; NULL if that row has none
--   last_validation_loss: validation loss in the last row
--   last_reward_margin: rewards/margins in the last row
--   last_reward_accuracy: rewards/accuracies in the last row
--   headline_fingerprint: the same for printings of equal headline results; NULL below three exact numbers
--   log_fingerprint: the same for printings of equal logs; NULL below three exact numbers
-- Caveats: the last row stands for itself: No log in it is NULL, and is not filled from the row above; an exact number
--   is one printed with four digits or more, since 0.9 and 1.0 identify no run
-- Kept: table
WITH headline AS (
    SELECT
        p.model_id, p.run, e.metric,
        CASE WHEN min(e.value) = max(e.value) THEN min(e.value) END AS value,
        min(e.value) = max(e.value) OR count(e.value) = 0 AS agrees,
        max(length(regexp_replace(e.value_text, '[^0-9]', '', 'g'))) AS digits
    FROM eval_metrics AS e
    INNER JOIN run_printings AS p
        ON p.model_id = e.model_id AND p.run = coalesce(e.run, 0) AND (p.about = e.about OR p.about = 'unclear')
    WHERE e.source = 'summary'
    GROUP BY p.model_id, p.run, e.metric
),

headlines AS (
    SELECT
        h.model_id, h.run,
        coalesce(
            max(CASE WHEN h.metric = 'loss' THEN h.value END),
            max(CASE WHEN h.metric = 'validation_loss' THEN h.value END)
        ) AS loss,
        coalesce(
            max(CASE WHEN h.metric = 'accuracy' THEN h.value END),
            max(CASE WHEN h.metric = 'validation_accuracy' THEN h.value END)
        ) AS accuracy,
        max(CASE WHEN h.metric = 'rewards/margins' THEN h.value END) AS reward_margin,
        max(CASE WHEN h.metric = 'rewards/accuracies' THEN h.value END) AS reward_accuracy,
        max(CASE WHEN h.metric = 'rewards/chosen' THEN h.value END) AS reward_chosen,
        max(CASE WHEN h.metric = 'rewards/rejected' THEN h.value END) AS reward_rejected,
        string_agg(h.metric, ', ' ORDER BY h.metric) FILTER (WHERE NOT h.agrees) AS result_conflicts,
        CASE
            WHEN sum(CASE WHEN h.digits >= 4 AND finite(h.value) IS NOT NULL THEN 1 ELSE 0 END) >= 3
                -- Twice, since DuckDB joins the hashes of two values by xor, which a sum by xor would take apart again:
                -- two metrics of one value would leave no trace of it.
                THEN CAST(bit_xor(
                    CASE WHEN h.metric NOT LIKE '%runtime%' AND h.metric NOT LIKE '%per_second%'
                        THEN hash(hash(h.metric, h.value)) END
                ) AS VARCHAR)
        END AS headline_fingerprint
    FROM headline AS h
    GROUP BY h.model_id, h.run
),

log_rows AS (
    SELECT
        p.model_id, p.run, t.log,
        max(t.position) AS last_position,
        max(t.position) + 1 AS n_rows,
        sum(CASE WHEN length(t.value_text) >= 5 AND finite(t.value) IS NOT NULL THEN 1 ELSE 0 END) AS exact_numbers,
        -- Twice, as above.
        bit_xor(hash(hash(t.log, t.position, t.metric, t.value))) AS fingerprint
    FROM training_steps AS t
    INNER JOIN run_printings AS p
        ON p.model_id = t.model_id AND p.run = coalesce(t.run, 0) AND (p.about = t.about OR p.about = 'unclear')
    GROUP BY p.model_id, p.run, t.log
),

logs AS (
    SELECT
        r.model_id, r.run,
        sum(r.n_rows) AS n_log_rows,
        CASE WHEN sum(r.exact_numbers) >= 3 THEN CAST(bit_xor(r.fingerprint) AS VARCHAR) END AS log_fingerprint
    FROM log_rows AS r
    GROUP BY r.model_id, r.run
),

last_rows AS (
    SELECT
        r.model_id, r.run, r.log,
        max(t.step) AS step,
        max(t.epoch) AS epoch,
        max(CASE WHEN t.metric = 'training_loss' THEN t.value END) AS training_loss,
        max(CASE WHEN t.metric = 'validation_loss' THEN t.value END) AS validation_loss,
        max(CASE WHEN t.metric = 'rewards/margins' THEN t.value END) AS reward_margin,
        max(CASE WHEN t.metric = 'rewards/accuracies' THEN t.value END) AS reward_accuracy
    FROM log_rows AS r
    INNER JOIN training_steps AS t
        ON t.model_id = r.model_id AND t.log = r.log AND t.position = r.last_position
    GROUP BY r.model_id, r.run, r.log
    QUALIFY row_number() OVER (PARTITION BY r.model_id, r.run ORDER BY r.log DESC) = 1
),

printed AS (
    SELECT h.model_id, h.run FROM headlines AS h
    UNION
    SELECT l.model_id, l.run FROM logs AS l
)

SELECT
    p.model_id,
    p.run,
    h.loss,
    h.accuracy,
    h.reward_margin,
    h.reward_accuracy,
    h.reward_chosen,
    h.reward_rejected,
    h.result_conflicts,
    coalesce(l.n_log_rows, 0) AS n_log_rows,
    t.step AS last_step,
    t.epoch AS last_epoch,
    t.training_loss AS last_training_loss,
    t.validation_loss AS last_validation_loss,
    t.reward_margin AS last_reward_margin,
    t.reward_accuracy AS last_reward_accuracy,
    h.headline_fingerprint,
    l.log_fingerprint
FROM printed AS p
LEFT JOIN headlines AS h ON h.model_id = p.model_id AND h.run = p.run
LEFT JOIN logs AS l ON l.model_id = p.model_id AND l.run = p.run
LEFT JOIN last_rows AS t ON t.model_id = p.model_id AND t.run = p.run
