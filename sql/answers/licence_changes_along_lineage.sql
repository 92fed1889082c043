-- Question: How do licences change from a base to what is made of it?
-- Theme: lineage
-- Grain: one row per licence of the parent, licence of the child and relation
-- Reads: parents, models, sampling_frames
-- Columns:
--   parent_license: the parent's licence, in lower case; NULL if it states none
--   child_license: the child's licence, in lower case; NULL if it states none
--   relation: finetune, adapter, quantized, merge or NULL
--   n_runs: repos counted (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: always 0: quantized copies have rows of their own
--   enough_data: whether there are as many authors as minimum_authors asks
--   reason: why the numbers are thin; NULL if they are not
--   is_same: whether the two are the same word
--   example_model_id: a child, the first by id
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   base: the parent, in any case; all if NULL
--   minimum_authors: authors below which there is not enough data
-- Caveats: only parents in this warehouse; other and NULL are words, not permissions; a child of two parents is in two
--   rows
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS base,
        5 AS minimum_authors
),

pairs AS (
    SELECT
        lower(p.license) AS parent_license, lower(c.license) AS child_license, a.relation, a.model_id, c.author
    FROM parents AS a
    INNER JOIN models AS p ON p.model_id = a.parent_id
    INNER JOIN models AS c ON c.model_id = a.model_id
    CROSS JOIN given AS g
    WHERE fits(g.base, a.parent_id)
),

used AS (
    SELECT count(DISTINCT p.model_id) AS n FROM pairs AS p
),

counted AS (
    SELECT
        p.parent_license, p.child_license, p.relation,
        count(DISTINCT p.model_id) AS n_runs, count(DISTINCT p.author) AS n_groups,
        min(p.model_id) AS example_model_id
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
    too_few(c.n_groups, g.minimum_authors, 'author') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_authors, 'author') AS reason,
    c.parent_license IS NOT DISTINCT FROM c.child_license AS is_same,
    c.example_model_id,
    f.frame_listed,
    f.frame_fetched,
    f.frame_readable,
    f.frame_can_state,
    f.frame_stated,
    u.n AS frame_used
FROM counted AS c
CROSS JOIN given AS g
CROSS JOIN used AS u
INNER JOIN sampling_frames AS f
    ON f.frame = 'parent' AND f.card_generator = '*'
ORDER BY c.n_runs DESC, c.parent_license NULLS LAST, c.child_license NULLS LAST, c.relation NULLS LAST
