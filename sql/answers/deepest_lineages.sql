-- Question: Which repos have the longest line of ancestors?
-- Theme: lineage
-- Grain: one row per repo with a grandparent
-- Reads: lineage
-- Columns:
--   model_id: the repo
--   generations: generations to its furthest ancestor
--   n_ancestors: all its ancestors
--   furthest_ancestor_id: an ancestor of the first generation known, the first by id
-- Parameters:
--   base: only descendants of this repo, in any case; all if NULL
-- Caveats: lines end at 12 generations and where a parent is not in this warehouse
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS base
),

measured AS (
    SELECT
        l.model_id, l.ancestor_id, l.depth,
        max(l.depth) OVER (PARTITION BY l.model_id) AS generations,
        count(*) OVER (PARTITION BY l.model_id) AS n_ancestors,
        max(CASE WHEN fits(g.base, l.ancestor_id) THEN 1 ELSE 0 END) OVER (PARTITION BY l.model_id) AS is_asked
    FROM lineage AS l
    CROSS JOIN given AS g
)

SELECT
    m.model_id,
    m.generations,
    m.n_ancestors,
    min(m.ancestor_id) AS furthest_ancestor_id
FROM measured AS m
WHERE m.depth = m.generations AND m.generations >= 2 AND m.is_asked = 1
GROUP BY m.model_id, m.generations, m.n_ancestors
ORDER BY m.generations DESC, m.n_ancestors DESC, m.model_id
