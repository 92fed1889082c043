-- Question: Which models are built upon most?
-- Theme: lineage
-- Grain: one row per parent
-- Reads: parents, lineage, models
-- Columns:
--   parent_id: the repo that others name as their parent
--   n_runs: repos counted (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: quantized and converted copies left out
--   enough_data: whether there are 5 authors or more
--   reason: why the numbers are thin; NULL if they are not
--   n_finetunes: repos that name it as the base of a fine-tune, or do not say how they descend
--   n_adapters: repos that name it as the base of an adapter
--   n_merges: repos that name it as a part of a merge
--   n_quantized: repos that name it as what they quantize: these are the copies left out of n_runs
--   n_descendants: repos that descend from it in any generation, copies included
--   is_listed: whether it is itself in this warehouse
-- Caveats: a repo may name the base of its base; what nobody names is not counted
WITH children AS (
    SELECT
        p.parent_id,
        count(CASE WHEN coalesce(p.relation, 'finetune') = 'finetune' THEN 1 END) AS n_finetunes,
        count(CASE WHEN p.relation = 'adapter' THEN 1 END) AS n_adapters,
        count(CASE WHEN p.relation = 'merge' THEN 1 END) AS n_merges,
        count(CASE WHEN p.relation = 'quantized' THEN 1 END) AS n_quantized,
        count(DISTINCT CASE WHEN coalesce(p.relation, '') <> 'quantized' THEN split_part(p.model_id, '/', 1) END)
            AS n_authors
    FROM parents AS p
    GROUP BY p.parent_id
),

descendants AS (
    SELECT l.ancestor_id, count(*) AS n
    FROM lineage AS l
    GROUP BY l.ancestor_id
)

SELECT
    c.parent_id,
    c.n_finetunes + c.n_adapters + c.n_merges AS n_runs,
    c.n_authors AS n_groups,
    c.n_quantized AS n_copies_excluded,
    c.n_authors >= 5 AS enough_data,
    CASE WHEN c.n_authors < 5 THEN concat('only ', c.n_authors, ' authors') END AS reason,
    c.n_finetunes,
    c.n_adapters,
    c.n_merges,
    c.n_quantized,
    d.n AS n_descendants,
    m.model_id IS NOT NULL AS is_listed
FROM children AS c
INNER JOIN descendants AS d ON d.ancestor_id = c.parent_id
LEFT JOIN models AS m ON m.model_id = c.parent_id
ORDER BY n_runs DESC, c.parent_id
