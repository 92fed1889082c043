-- Question: Where do two sources within a card state different values for one result?
-- Theme: results
-- Grain: one row per repo, metric, data set and pair of sources whose values do not meet
-- Reads: eval_metrics, metric_scales
-- Columns:
--   model_id: the repo
--   metric: canonical metric
--   dataset: data set (id or name), configuration and split, in lower case
--   source: first source, in alphabetical order
--   least: its lowest value: a fraction where the metric is a share, else as printed
--   greatest: its highest value
--   other_source: second source
--   other_least: its lowest value
--   other_greatest: its highest value
-- Caveats: the ranges of the two have to lie more than 1 % apart, so that neither rounding nor a table of several
--   evaluations is a conflict; results without a data set are not compared
WITH scores AS (
    SELECT
        e.model_id, e.metric, e.source,
        lower(concat_ws(' / ', coalesce(e.dataset_id, e.dataset_name), e.dataset_config, e.dataset_split)) AS dataset,
        bounded(coalesce(s.as_fraction, e.value)) AS score
    FROM eval_metrics AS e
    LEFT JOIN metric_scales AS s ON s.model_id = e.model_id AND s.position = e.position
    WHERE coalesce(e.dataset_id, e.dataset_name) IS NOT NULL
),

ranges AS (
    SELECT c.model_id, c.metric, c.dataset, c.source, min(c.score) AS least, max(c.score) AS greatest
    FROM scores AS c
    WHERE c.score IS NOT NULL
    GROUP BY c.model_id, c.metric, c.dataset, c.source
)

SELECT
    a.model_id,
    a.metric,
    a.dataset,
    a.source,
    a.least,
    a.greatest,
    b.source AS other_source,
    b.least AS other_least,
    b.greatest AS other_greatest
FROM ranges AS a
INNER JOIN ranges AS b
    ON b.model_id = a.model_id AND b.metric = a.metric AND b.dataset = a.dataset AND b.source > a.source
WHERE greatest(a.least - b.greatest, b.least - a.greatest)
    > 0.01 * greatest(abs(a.least), abs(a.greatest), abs(b.least), abs(b.greatest))
ORDER BY a.model_id, a.metric, a.dataset, a.source, b.source
