-- Question: Which models are built upon most?
-- Theme: lineage
-- Grain: one row per parent
-- Reads: parents, lineage, models, sampling_frames
-- Columns:
--   parent_id: the repo that others name as their parent
--   n_runs: repos made of it, quantized copies left out (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: quantized and converted copies left out
--   enough_data: whether there are as many authors as minimum_authors asks
--   reason: why the numbers are thin; NULL if they are not
--   n_finetunes: repos that name it as the base of a fine-tune, or do not say how they descend
--   n_adapters: repos that name it as the base of an adapter
--   n_merges: repos that name it as a part of a merge
--   n_quantized: repos that name it as what they quantize: these are the copies left out of n_runs
--   n_descendants: repos that descend from it in any generation, copies included
--   is_listed: whether it is itself in this warehouse
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   base: the parent, in any case; all if NULL
--   minimum_authors: authors below which there is not enough data
-- Caveats: a repo may name the base of its base; what nobody names is not counted; an id without an owner (gpt2) and
--   the same one with it (openai-community/gpt2) are two rows unless the Hub listed the rename
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS base,
        5 AS minimum_authors
),

asked AS (
    SELECT p.parent_id, p.model_id, coalesce(p.relation, 'finetune') AS relation
    FROM parents AS p
    CROSS JOIN given AS g
    WHERE fits(g.base, p.parent_id)
),

used AS (
    SELECT count(DISTINCT a.model_id) AS n FROM asked AS a WHERE a.relation <> 'quantized'
),

counted AS (
    SELECT
        a.parent_id,
        count(CASE WHEN a.relation <> 'quantized' THEN 1 END) AS n_runs,
        count(CASE WHEN a.relation = 'finetune' THEN 1 END) AS n_finetunes,
        count(CASE WHEN a.relation = 'adapter' THEN 1 END) AS n_adapters,
        count(CASE WHEN a.relation = 'merge' THEN 1 END) AS n_merges,
        count(CASE WHEN a.relation = 'quantized' THEN 1 END) AS n_quantized,
        count(DISTINCT CASE WHEN a.relation <> 'quantized' THEN lower(split_part(a.model_id, '/', 1)) END) AS n_groups
    FROM asked AS a
    GROUP BY a.parent_id
),

descendants AS (
    SELECT l.ancestor_id, count(*) AS n
    FROM lineage AS l
    GROUP BY l.ancestor_id
)

SELECT
    c.parent_id,
    c.n_runs,
    c.n_groups,
    c.n_quantized AS n_copies_excluded,
    too_few(c.n_groups, g.minimum_authors, 'author') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_authors, 'author') AS reason,
    c.n_finetunes,
    c.n_adapters,
    c.n_merges,
    c.n_quantized,
    d.n AS n_descendants,
    m.model_id IS NOT NULL AS is_listed,
    f.frame_listed,
    f.frame_fetched,
    f.frame_readable,
    f.frame_can_state,
    f.frame_stated,
    u.n AS frame_used
FROM counted AS c
INNER JOIN descendants AS d ON d.ancestor_id = c.parent_id
LEFT JOIN models AS m ON m.model_id = c.parent_id
CROSS JOIN given AS g
CROSS JOIN used AS u
INNER JOIN sampling_frames AS f
    ON f.frame = 'parent' AND f.card_generator = '*'
ORDER BY c.n_runs DESC, c.parent_id
