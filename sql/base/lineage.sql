-- Question: From which repos does each repo descend, directly or through others?
-- Grain: one row per repo and ancestor
-- Reads: parents
-- Columns:
--   model_id: the repo
--   ancestor_id: a repo it descends from
--   depth: generations between them, 1 for a parent; the least of several ways
--   relation: how it descends from a parent (finetune, adapter, quantized, merge); NULL beyond the first generation
-- Caveats: what cards and Hub name, not what was done; circles (two repos that name each other) are cut, and nothing
--   is followed beyond 12 generations
-- Kept: table
WITH RECURSIVE climbed AS (
    SELECT p.model_id, p.parent_id AS ancestor_id, 1 AS depth
    FROM parents AS p
    UNION
    SELECT c.model_id, p.parent_id AS ancestor_id, c.depth + 1 AS depth
    FROM climbed AS c
    INNER JOIN parents AS p ON p.model_id = c.ancestor_id
    WHERE c.depth < 12 AND p.parent_id <> c.model_id
),

nearest AS (
    SELECT c.model_id, c.ancestor_id, min(c.depth) AS depth
    FROM climbed AS c
    GROUP BY c.model_id, c.ancestor_id
)

SELECT
    n.model_id,
    n.ancestor_id,
    n.depth,
    CASE WHEN n.depth = 1 THEN p.relation END AS relation
FROM nearest AS n
LEFT JOIN parents AS p ON p.model_id = n.model_id AND p.parent_id = n.ancestor_id
