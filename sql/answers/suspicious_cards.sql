-- Question: Which cards state what cannot be, or hardly can?
-- Theme: quality
-- Grain: one row per repo, suspicion and place
-- Reads: training_runs, training_steps, eval_metrics, metric_scales, models
-- Columns:
--   model_id: the repo
--   suspicion: reward accuracy above 1; margin has the wrong sign (it is rejected minus chosen); margin is not chosen
--     minus rejected; steps fall back; learning rate above 1; learning rate at or below zero; batch sizes contradict
--     each other; negative loss; share above 100; error rate above 100 %; share barely above 1; share below zero
--   detail: the figures
--   line: the README's line, where there is one; NULL for a whole run
--   card_generator: the tool that wrote the card
-- Parameters:
--   generator: writer of the card, as in models.card_generator; all if NULL
-- Caveats: suspicious is not wrong: some losses are negative, some people print percentages, logs may be joined, Noam's
--   schedule has rates above 1, and who inserts more words than were said has an error rate above 100 %; copies are
--   listed with their originals
-- Kept: table
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS generator
),

found AS (
    SELECT r.model_id, 'reward accuracy above 1' AS suspicion,
        concat('rewards/accuracies = ', r.reward_accuracy) AS detail, CAST(NULL AS BIGINT) AS line
    FROM training_runs AS r
    WHERE finite(r.reward_accuracy) > 1
    UNION ALL
    SELECT w.model_id,
        CASE
            WHEN abs(w.margin + w.difference) <= w.tolerance THEN 'margin has the wrong sign'
            ELSE 'margin is not chosen minus rejected'
        END AS suspicion,
        concat(w.margin, ' is not ', w.chosen, ' - ', w.rejected) AS detail,
        CAST(NULL AS BIGINT) AS line
    FROM (
        SELECT
            r.model_id, bounded(r.reward_margin) AS margin, r.reward_chosen AS chosen, r.reward_rejected AS rejected,
            bounded(r.reward_chosen) - bounded(r.reward_rejected) AS difference,
            0.01 + 0.01 * abs(bounded(r.reward_margin)) AS tolerance
        FROM training_runs AS r
    ) AS w
    WHERE abs(w.margin - w.difference) > w.tolerance
    UNION ALL
    SELECT s.model_id, 'steps fall back' AS suspicion, concat('from ', s.before, ' to ', s.step) AS detail, s.line
    FROM (
        SELECT
            t.model_id, t.step, min(t.line) AS line, t.position,
            lag(t.step) OVER (PARTITION BY t.model_id, t.log ORDER BY t.position) AS before
        FROM training_steps AS t
        WHERE t.step IS NOT NULL
        GROUP BY t.model_id, t.log, t.position, t.step
    ) AS s
    WHERE s.step < s.before
    UNION ALL
    SELECT r.model_id, 'learning rate above 1' AS suspicion, concat('learning_rate = ', r.learning_rate) AS detail,
        CAST(NULL AS BIGINT) AS line
    FROM training_runs AS r
    WHERE finite(r.learning_rate) > 1
    UNION ALL
    SELECT r.model_id, 'learning rate at or below zero' AS suspicion,
        concat('learning_rate = ', r.learning_rate) AS detail, CAST(NULL AS BIGINT) AS line
    FROM training_runs AS r
    WHERE finite(r.learning_rate) <= 0
    UNION ALL
    SELECT r.model_id, 'batch sizes contradict each other' AS suspicion,
        concat_ws(
            ' ', r.train_batch_size, 'x', coalesce(r.gradient_accumulation_steps, 1), 'x', coalesce(r.num_devices, 1),
            'is not', r.total_train_batch_size
        ) AS detail,
        CAST(NULL AS BIGINT) AS line
    FROM training_runs AS r
    WHERE r.batch_size_check = 'differs'
    UNION ALL
    SELECT r.model_id, 'negative loss' AS suspicion, concat('loss = ', r.loss) AS detail, CAST(NULL AS BIGINT) AS line
    FROM training_runs AS r
    WHERE finite(r.loss) < 0
    UNION ALL
    SELECT e.model_id,
        CASE
            WHEN s.value < 0 THEN 'share below zero'
            WHEN s.value <= 2 THEN 'share barely above 1'
            WHEN regexp_matches(s.metric, '(^|_)(wer|cer)') THEN 'error rate above 100 %'
            ELSE 'share above 100'
        END AS suspicion,
        concat(e.raw_name, ' = ', e.value_text) AS detail, e.line
    FROM eval_metrics AS e
    INNER JOIN metric_scales AS s ON s.model_id = e.model_id AND s.position = e.position
    WHERE finite(s.value) > 100 OR (s.scale = 'unclear' AND finite(s.value) IS NOT NULL)
)

SELECT
    f.model_id,
    f.suspicion,
    f.detail,
    f.line,
    m.card_generator
FROM found AS f
INNER JOIN models AS m ON m.model_id = f.model_id
CROSS JOIN given AS g
WHERE fits(g.generator, m.card_generator)
ORDER BY f.suspicion, f.model_id, f.line NULLS FIRST, f.detail
