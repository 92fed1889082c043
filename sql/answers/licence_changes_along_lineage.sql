-- Question: How do licences change from a base to what is made of it?
-- Theme: lineage
-- Grain: one row per licence of the parent, licence of the child and relation
-- Reads: parents, models
-- Columns:
--   parent_license: the parent's licence, in lower case; NULL if it states none
--   child_license: the child's licence, in lower case; NULL if it states none
--   relation: finetune, adapter, quantized, merge or NULL
--   n_runs: repos counted (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: quantized and converted copies left out
--   enough_data: whether there are 5 authors or more
--   reason: why the numbers are thin; NULL if they are not
--   is_same: whether the two are the same word
--   example_model_id: a child, the first by id
-- Caveats: only parents in this warehouse; other and NULL are words, not permissions; quantized copies have their own
--   rows and are not left out, so n_copies_excluded is 0
WITH pairs AS (
    SELECT
        lower(p.license) AS parent_license, lower(c.license) AS child_license, a.relation, a.model_id, c.author
    FROM parents AS a
    INNER JOIN models AS p ON p.model_id = a.parent_id
    INNER JOIN models AS c ON c.model_id = a.model_id
),

counted AS (
    SELECT
        p.parent_license, p.child_license, p.relation,
        count(*) AS n_runs, count(DISTINCT p.author) AS n_groups, min(p.model_id) AS example_model_id
    FROM pairs AS p
    GROUP BY p.parent_license, p.child_license, p.relation
)

SELECT
    c.parent_license,
    c.child_license,
    c.relation,
    c.n_runs,
    c.n_groups,
    0 AS n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' authors') END AS reason,
    c.parent_license IS NOT DISTINCT FROM c.child_license AS is_same,
    c.example_model_id
FROM counted AS c
ORDER BY c.n_runs DESC, c.parent_license NULLS LAST, c.child_license NULLS LAST, c.relation NULLS LAST
