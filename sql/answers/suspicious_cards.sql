-- Question: Which cards state what cannot be, or hardly can?
-- Theme: quality
-- Grain: one row per repo, suspicion and place
-- Reads: training_runs, training_steps, eval_metrics, metric_scales, models
-- Columns:
--   model_id: the repo
--   suspicion: reward accuracy above 1; margin is not chosen minus rejected; steps fall back; learning rate above 1;
--     learning rate at or below zero; batch sizes contradict each other; negative loss; share above 100
--   detail: the figures
--   line: the README's line, where there is one; NULL for a whole run
--   card_generator: the tool that wrote the card
-- Caveats: suspicious is not wrong: some losses are negative, some people print percentages, logs may be joined
-- Kept: table
WITH found AS (
    SELECT r.model_id, 'reward accuracy above 1' AS suspicion,
        concat('rewards/accuracies = ', r.reward_accuracy) AS detail, CAST(NULL AS BIGINT) AS line
    FROM training_runs AS r
    WHERE finite(r.reward_accuracy) > 1
    UNION ALL
    SELECT r.model_id, 'margin is not chosen minus rejected' AS suspicion,
        concat(r.reward_margin, ' is not ', r.reward_chosen, ' - ', r.reward_rejected) AS detail,
        CAST(NULL AS BIGINT) AS line
    FROM training_runs AS r
    WHERE abs(finite(r.reward_margin) - (finite(r.reward_chosen) - finite(r.reward_rejected)))
        > 0.01 + 0.01 * abs(finite(r.reward_margin))
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
    SELECT e.model_id, 'share above 100' AS suspicion, concat(e.raw_name, ' = ', e.value_text) AS detail, e.line
    FROM eval_metrics AS e
    INNER JOIN metric_scales AS s ON s.model_id = e.model_id AND s.position = e.position
    WHERE finite(s.value) > 100
)

SELECT
    f.model_id,
    f.suspicion,
    f.detail,
    f.line,
    m.card_generator
FROM found AS f
INNER JOIN models AS m ON m.model_id = f.model_id
ORDER BY f.suspicion, f.model_id, f.line NULLS FIRST, f.detail
