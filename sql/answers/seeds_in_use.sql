-- Question: Which random seeds do people use?
-- Theme: settings
-- Grain: one row per seed
-- Reads: training_runs, sampling_frames
-- Columns:
--   seed: the seed
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   share_of_runs: share of the runs that state a seed
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   method: training method: dpo, kto, orpo, ...; all if NULL
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_groups: groups below which there is not enough data
-- Caveats: 42 is the Trainer's default, so most 42s were not chosen; a seed that is no number is left out
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

seeds AS (
    SELECT r.model_id, r.group_id, r.n_printings, finite(r.seed) AS seed
    FROM training_runs AS r
    CROSS JOIN given AS g
    WHERE r.is_canonical
        AND finite(r.seed) IS NOT NULL
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

used AS (
    SELECT count(DISTINCT s.model_id) AS n FROM seeds AS s
),

counted AS (
    SELECT
        s.seed,
        count(*) AS n_runs,
        count(DISTINCT s.group_id) AS n_groups,
        CAST(sum(s.n_printings - 1) AS BIGINT) AS n_copies_excluded
    FROM seeds AS s
    GROUP BY s.seed
)

SELECT
    c.seed,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.n_runs / nullif(CAST(sum(c.n_runs) OVER () AS DOUBLE), 0) AS share_of_runs,
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
    ON f.frame = 'seed' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.n_runs DESC, c.seed
