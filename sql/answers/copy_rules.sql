-- Question: How many runs would there be if copies were recognized more loosely or more tightly?
-- Theme: quality
-- Grain: one row per training method, and one for all printings together (method NULL, is_total true)
-- Reads: training_runs, run_copies, sampling_frames
-- Columns:
--   training_method: method; NULL without evidence of one, and in the total
--   is_total: whether the row counts all printings
--   n_printings: printings: the count if no copy were recognized
--   n_by_subject: runs if only printings that name the same subject were copies
--   n_by_results: runs if only equal headline results or equal logs were
--   n_by_card: runs if only equal card bodies were
--   n_runs: runs by the rule in use: any of these, in chains
--   n_groups: groups among them
--   n_copies_excluded: printings left out by the rule in use
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_groups: groups below which there is not enough data
-- Caveats: the rules differ most where copies do not name their original; a method is that of each printing, and a
--   copy may tell less of it than its original; what margins_by_method would say under each rule stands in
--   margins_by_copy_rule
-- Kept: table
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

printings AS (
    SELECT
        r.training_method, r.model_id, r.is_canonical, r.group_id,
        lower(concat(coalesce(c.subject_id, r.model_id), '#', r.run)) AS by_subject,
        coalesce(c.headline_fingerprint, c.log_fingerprint, concat(r.model_id, '#', r.run)) AS by_results,
        coalesce(c.body_digest, concat(r.model_id, '#', r.run)) AS by_card
    FROM training_runs AS r
    INNER JOIN run_copies AS c ON c.model_id = r.model_id AND c.run = r.run
    CROSS JOIN given AS g
    WHERE fits(g.base, r.base_model) AND fits(g.generator, r.card_generator)
),

used AS (
    SELECT count(DISTINCT p.model_id) AS n FROM printings AS p WHERE p.is_canonical
),

both_ways AS (
    SELECT p.training_method, FALSE AS is_total, p.is_canonical, p.group_id, p.by_subject, p.by_results, p.by_card
    FROM printings AS p
    UNION ALL
    SELECT CAST(NULL AS VARCHAR) AS training_method, TRUE AS is_total, p.is_canonical, p.group_id, p.by_subject,
        p.by_results, p.by_card
    FROM printings AS p
),

counted AS (
    SELECT
        b.training_method, b.is_total,
        count(*) AS n_printings,
        count(DISTINCT b.by_subject) AS n_by_subject,
        count(DISTINCT b.by_results) AS n_by_results,
        count(DISTINCT b.by_card) AS n_by_card,
        count(CASE WHEN b.is_canonical THEN 1 END) AS n_runs,
        count(DISTINCT CASE WHEN b.is_canonical THEN b.group_id END) AS n_groups
    FROM both_ways AS b
    GROUP BY b.training_method, b.is_total
)

SELECT
    c.training_method,
    c.is_total,
    c.n_printings,
    c.n_by_subject,
    c.n_by_results,
    c.n_by_card,
    c.n_runs,
    c.n_groups,
    c.n_printings - c.n_runs AS n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
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
    ON f.frame = 'training run' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.is_total DESC, c.n_printings DESC, c.training_method NULLS LAST
