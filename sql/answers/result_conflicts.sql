-- Question: Where do two sources within a card state different values for one result?
-- Theme: results
-- Grain: one row per repo, metric, data set and pair of sources whose values do not meet
-- Reads: models, scored_results
-- Columns:
--   model_id: the repo
--   metric: canonical metric
--   dataset: data set (id or name), configuration and split, in lower case; not stated, where no source names one
--   source: first source, in alphabetical order
--   least: its lowest value: a fraction where the metric is a share, else as printed
--   greatest: its highest value
--   other_source: second source
--   other_least: its lowest value
--   other_greatest: its highest value
--   is_dataset_taken_over: whether one of the two names no data set, and the card's only one was taken for it
--   card_generator: the tool that wrote the card
-- Parameters:
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_gap: least distance of the two ranges, as a share of the greatest number, that is a conflict
-- Caveats: the ranges of the two have to lie more than 1 % apart after what rounding to the printed digits may have
--   changed, so that neither rounding nor a table of several evaluations is a conflict; a headline without a data set
--   is compared with the model-index where that gives the metric for one data set only; a headline may be of another
--   split or checkpoint
-- Kept: table
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS generator,
        0.01 AS minimum_gap
),

known AS (
    SELECT
        c.model_id, c.metric, c.source, c.dataset, c.score, c.rounding,
        min(c.dataset) OVER (PARTITION BY c.model_id, c.metric) AS first_dataset,
        max(c.dataset) OVER (PARTITION BY c.model_id, c.metric) AS last_dataset
    FROM scored_results AS c
    WHERE c.about <> 'reprinted' AND coalesce(c.run, 0) = 0 AND c.score IS NOT NULL
),

ranges AS (
    SELECT
        k.model_id, k.metric, k.source,
        coalesce(
            k.dataset, CASE WHEN k.first_dataset = k.last_dataset THEN k.first_dataset END, 'not stated'
        ) AS dataset,
        max(CASE WHEN k.dataset IS NULL AND k.first_dataset IS NOT NULL THEN 1 ELSE 0 END) AS is_taken_over,
        min(k.score) AS least, max(k.score) AS greatest,
        min(k.score - k.rounding) AS unrounded_least, max(k.score + k.rounding) AS unrounded_greatest
    FROM known AS k
    GROUP BY k.model_id, k.metric, k.source, coalesce(
        k.dataset, CASE WHEN k.first_dataset = k.last_dataset THEN k.first_dataset END, 'not stated'
    )
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
    b.greatest AS other_greatest,
    a.is_taken_over + b.is_taken_over > 0 AS is_dataset_taken_over,
    m.card_generator
FROM ranges AS a
INNER JOIN ranges AS b
    ON b.model_id = a.model_id AND b.metric = a.metric AND b.dataset = a.dataset AND b.source > a.source
INNER JOIN models AS m ON m.model_id = a.model_id
CROSS JOIN given AS g
WHERE fits(g.generator, m.card_generator)
    AND greatest(a.unrounded_least - b.unrounded_greatest, b.unrounded_least - a.unrounded_greatest)
    > g.minimum_gap * greatest(abs(a.least), abs(a.greatest), abs(b.least), abs(b.greatest))
ORDER BY a.model_id, a.metric, a.dataset, a.source, b.source
