-- Question: How do a base model and its fine-tunes score on the same benchmark?
-- Theme: results
-- Grain: one row per base, fine-tune, benchmark and metric that two of the family state
-- Reads: parents, scored_results
-- Columns:
--   base_model: the parent
--   model_id: the fine-tune, adapter or merge
--   relation: how it descends
--   metric: canonical metric
--   dataset: data set (id or name), configuration and split, in lower case
--   base_score: the base's result: a fraction where the metric is a share, else as printed; NULL if it states none, or
--     is not in this warehouse
--   score: the fine-tune's result, the same way
--   difference: score minus base_score
--   n_family: fine-tunes of this base that state this result
--   family_median: median of their results
--   base_conflict: whether the base's statements (its sources, or several rows of one) differ by more than 0.005; the
--     score is then their mean
--   conflict: the same for the fine-tune
--   sources: where the fine-tune's card states it, in alphabetical order
-- Parameters:
--   base: the parent, in any case; all if NULL
--   minimum_family: repos of a family (the base counts) that have to state the result
-- Caveats: the same name of a benchmark does not make the same evaluation (shots, prompts, versions); what names no
--   data that others have, too (imagefolder, unknown, a class, a split, an average), is left out, but labels of classes
--   beside one metric cannot be told from data sets; results of others' models in a card's tables are not told apart
--   here beyond what the reader took
-- Kept: table
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS base,
        2 AS minimum_family
),

results AS (
    SELECT
        c.model_id, c.metric, c.dataset, avg(c.score) AS score, max(c.score) - min(c.score) > 0.005 AS conflict,
        string_agg(DISTINCT c.source, ', ' ORDER BY c.source) AS sources
    FROM scored_results AS c
    WHERE c.about = 'own' AND c.is_shared AND c.metric <> 'loss' AND c.score IS NOT NULL
    GROUP BY c.model_id, c.metric, c.dataset
),

family AS (
    SELECT
        p.parent_id, p.model_id, p.relation, r.metric, r.dataset, r.score, r.conflict, r.sources,
        count(*) OVER (PARTITION BY p.parent_id, r.metric, r.dataset) AS n_family,
        median(r.score) OVER (PARTITION BY p.parent_id, r.metric, r.dataset) AS family_median
    FROM parents AS p
    INNER JOIN results AS r ON r.model_id = p.model_id
    CROSS JOIN given AS g
    WHERE coalesce(p.relation, 'finetune') <> 'quantized' AND fits(g.base, p.parent_id)
)

SELECT
    f.parent_id AS base_model,
    f.model_id,
    f.relation,
    f.metric,
    f.dataset,
    b.score AS base_score,
    f.score,
    f.score - b.score AS difference,
    f.n_family,
    f.family_median,
    b.conflict AS base_conflict,
    f.conflict,
    f.sources
FROM family AS f
CROSS JOIN given AS g
LEFT JOIN results AS b ON b.model_id = f.parent_id AND b.metric = f.metric AND b.dataset = f.dataset
WHERE f.n_family + CASE WHEN b.score IS NULL THEN 0 ELSE 1 END >= g.minimum_family
ORDER BY f.parent_id, f.dataset, f.metric, f.model_id
