-- Question: Which results can be compared: of which metric, on which data set, on one scale?
-- Grain: one row per result
-- Reads: eval_metrics, metric_scales
-- Columns:
--   model_id: repo that printed it
--   position: its position among the results of the card
--   about: whom it is about
--   run: the run within the card; NULL if it is of none
--   metric: canonical name
--   source: where in the card it stands
--   dataset: data set, configuration and split, in lower case; NULL where no data set is named
--   is_shared: whether another card's results of that name are of the same data: false of what everybody loads files of
--     their own with (imagefolder), of averages, splits and labels, and where no data set is named
--   score: the result: a fraction where the metric is a share, else as printed; NULL where the scale is unclear
--   rounding: by how much rounding to the printed digits may have changed it
-- Caveats: a data set goes by its id, or its name where it has none or one that says nothing (unknown); where a card
--   has several names under one id (the forums of CQADupstack, the languages of a benchmark), each is a data set of its
--   own and goes by its name; a name in a table with a precision and a recall is taken for a class unless a model-index
--   has a data set so called; other labels of classes cannot be told from names of data sets
WITH named AS (
    SELECT
        e.model_id, e.position, e.about, e.run, e.metric, e.source, e.value, e.value_text,
        CASE WHEN e.dataset_name IS NULL OR NOT is_no_data_set(e.dataset_id) THEN lower(e.dataset_id) END AS dataset_id,
        lower(e.dataset_name) AS dataset_name,
        lower(e.dataset_config) AS dataset_config,
        lower(e.dataset_split) AS dataset_split
    FROM eval_metrics AS e
),

told_apart AS (
    SELECT
        n.model_id, n.position, n.about, n.run, n.metric, n.source, n.value, n.value_text,
        n.dataset_config, n.dataset_split,
        CASE
            WHEN
                min(n.dataset_name) OVER (PARTITION BY n.model_id, n.dataset_id, n.dataset_config, n.dataset_split)
                < max(n.dataset_name) OVER (PARTITION BY n.model_id, n.dataset_id, n.dataset_config, n.dataset_split)
                THEN coalesce(n.dataset_name, n.dataset_id)
            ELSE coalesce(n.dataset_id, n.dataset_name)
        END AS dataset
    FROM named AS n
),

indexed AS (
    SELECT DISTINCT i.dataset FROM told_apart AS i WHERE i.source = 'model_index'
),

classes AS (
    SELECT c.model_id, c.dataset
    FROM told_apart AS c
    ANTI JOIN indexed AS i ON i.dataset = c.dataset
    WHERE c.metric IN ('precision', 'recall')
    GROUP BY c.model_id, c.dataset
    HAVING count(DISTINCT c.metric) = 2
)

SELECT
    t.model_id,
    t.position,
    t.about,
    t.run,
    t.metric,
    t.source,
    CASE WHEN t.dataset IS NOT NULL THEN concat_ws(' / ', t.dataset, t.dataset_config, t.dataset_split) END AS dataset,
    coalesce(NOT is_no_data_set(t.dataset), FALSE) AND k.dataset IS NULL AS is_shared,
    bounded(CASE WHEN s.scale IS NULL THEN t.value ELSE s.as_fraction END) AS score,
    rounded_by(t.value_text) / CASE WHEN s.scale = 'percentage' THEN 100 ELSE 1 END AS rounding
FROM told_apart AS t
LEFT JOIN metric_scales AS s ON s.model_id = t.model_id AND s.position = t.position
LEFT JOIN classes AS k ON k.model_id = t.model_id AND k.dataset = t.dataset
