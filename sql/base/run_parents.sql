-- Question: From which base model and on which data sets was each run's model trained?
-- Grain: one row per printing of a run
-- Reads: run_printings, model_relations, model_datasets, known_ids
-- Columns:
--   model_id: repo whose card prints the run
--   run: 0-based number of the run within the card
--   base_model: the base model's repo id, several joined by a comma and a space; NULL if none is named
--   datasets: the data sets' ids in alphabetical order, joined by a comma and a space; NULL if none is named, or only
--     what everybody loads files of their own with (generator, imagefolder)
-- Caveats: of several sources the first that names any counts: front matter, then the Hub, then the body; quantized
--   and merged parents are no bases; a repo's front matter speaks for all runs of its card
WITH parents AS (
    SELECT
        p.model_id, p.run,
        coalesce(k.model_id, r.base_model_id) AS parent_id,
        CASE r.source WHEN 'front_matter' THEN 1 WHEN 'hub' THEN 2 ELSE 3 END AS place
    FROM run_printings AS p
    INNER JOIN model_relations AS r
        ON r.model_id = p.model_id AND (r.about = p.about OR p.about = 'unclear')
        AND (r.run IS NULL OR r.run = p.run)
    LEFT JOIN known_ids AS k ON k.folded_id = lower(r.base_model_id)
    WHERE coalesce(r.relation, 'finetune') IN ('finetune', 'adapter')
        AND lower(coalesce(k.model_id, r.base_model_id)) <> coalesce(lower(p.subject_id), '')
),

bases AS (
    SELECT f.model_id, f.run, string_agg(DISTINCT f.parent_id, ', ' ORDER BY f.parent_id) AS base_model
    FROM (
        SELECT a.model_id, a.run, a.parent_id
        FROM parents AS a
        QUALIFY a.place = min(a.place) OVER (PARTITION BY a.model_id, a.run)
    ) AS f
    GROUP BY f.model_id, f.run
),

trained_on AS (
    SELECT
        p.model_id, p.run, lower(d.dataset_id) AS dataset_id,
        CASE d.source WHEN 'front_matter' THEN 1 WHEN 'hub' THEN 2 ELSE 3 END AS place
    FROM run_printings AS p
    INNER JOIN model_datasets AS d
        ON d.model_id = p.model_id AND (d.about = p.about OR p.about = 'unclear')
        AND (d.run IS NULL OR d.run = p.run)
    WHERE NOT is_no_data_set(d.dataset_id)
),

sets AS (
    SELECT f.model_id, f.run, string_agg(DISTINCT f.dataset_id, ', ' ORDER BY f.dataset_id) AS datasets
    FROM (
        SELECT a.model_id, a.run, a.dataset_id
        FROM trained_on AS a
        QUALIFY a.place = min(a.place) OVER (PARTITION BY a.model_id, a.run)
    ) AS f
    GROUP BY f.model_id, f.run
)

SELECT
    p.model_id,
    p.run,
    b.base_model,
    s.datasets
FROM run_printings AS p
LEFT JOIN bases AS b ON b.model_id = p.model_id AND b.run = p.run
LEFT JOIN sets AS s ON s.model_id = p.model_id AND s.run = p.run
