-- Question: How do a base model and its fine-tunes score on the same benchmark?
-- Theme: results
-- Grain: one row per base, fine-tune, benchmark and metric that both state
-- Reads: eval_metrics, metric_scales, parents
-- Columns:
--   base_model: the parent
--   model_id: the fine-tune, adapter or merge
--   relation: how it descends
--   metric: canonical metric
--   dataset: data set (id or name), configuration and split, in lower case
--   base_score: the base's result: a fraction where the metric is a share, else as printed
--   score: the fine-tune's result, the same way
--   difference: score minus base_score
--   base_conflict: whether the base's sources disagree by more than 0.005 (the score is then their mean)
--   conflict: the same for the fine-tune
-- Caveats: the same name of a benchmark does not make the same evaluation (shots, prompts, versions); results of
--   others' models in a card's tables are not told apart here beyond what the reader took; both have to be in this
--   warehouse
WITH scores AS (
    SELECT
        e.model_id, e.metric,
        lower(concat_ws(' / ', coalesce(e.dataset_id, e.dataset_name), e.dataset_config, e.dataset_split)) AS dataset,
        coalesce(s.as_fraction, finite(e.value)) AS score
    FROM eval_metrics AS e
    LEFT JOIN metric_scales AS s ON s.model_id = e.model_id AND s.position = e.position
    WHERE e.about = 'own'
        AND coalesce(e.dataset_id, e.dataset_name) IS NOT NULL
        AND e.metric <> 'loss'
        AND coalesce(s.scale, '') <> 'unclear'
),

results AS (
    SELECT
        c.model_id, c.metric, c.dataset, avg(c.score) AS score, max(c.score) - min(c.score) > 0.005 AS conflict
    FROM scores AS c
    WHERE bounded(c.score) IS NOT NULL
    GROUP BY c.model_id, c.metric, c.dataset
)

SELECT
    p.parent_id AS base_model,
    p.model_id,
    p.relation,
    r.metric,
    r.dataset,
    b.score AS base_score,
    r.score,
    r.score - b.score AS difference,
    b.conflict AS base_conflict,
    r.conflict
FROM parents AS p
INNER JOIN results AS r ON r.model_id = p.model_id
INNER JOIN results AS b ON b.model_id = p.parent_id AND b.metric = r.metric AND b.dataset = r.dataset
WHERE coalesce(p.relation, 'finetune') <> 'quantized'
ORDER BY p.parent_id, r.dataset, r.metric, p.model_id
