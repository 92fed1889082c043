-- Question: Which versions of two libraries are seen together in one run?
-- Theme: frameworks
-- Grain: one row per pair of libraries and of their versions (major.minor)
-- Reads: training_runs, framework_versions, sampling_frames
-- Columns:
--   framework: first library, in alphabetical order
--   version: its version, major.minor
--   other_framework: second library
--   other_version: its version, major.minor
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   framework: a library that has to be one of the two; all if NULL
--   method: training method: dpo, kto, orpo, ...; all if NULL
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_groups: groups below which there is not enough data
-- Caveats: what the card states, which for the Trainer is what was installed when the card was written; a card that
--   states several versions of one library counts in several rows
-- Kept: table
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS framework,
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

stated AS (
    SELECT
        r.canonical_run_id, r.model_id, r.group_id, r.n_printings, f.framework,
        concat(f.version_major, '.', coalesce(f.version_minor, 0)) AS version
    FROM training_runs AS r
    INNER JOIN framework_versions AS f ON f.model_id = r.model_id AND coalesce(f.run, 0) = r.run
    CROSS JOIN given AS g
    WHERE r.is_canonical
        AND f.version_major IS NOT NULL
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
    GROUP BY r.canonical_run_id, r.model_id, r.group_id, r.n_printings, f.framework,
        concat(f.version_major, '.', coalesce(f.version_minor, 0))
),

pairs AS (
    SELECT
        a.model_id, a.group_id, a.n_printings,
        a.framework, a.version, b.framework AS other_framework, b.version AS other_version
    FROM stated AS a
    INNER JOIN stated AS b ON b.canonical_run_id = a.canonical_run_id AND b.framework > a.framework
    CROSS JOIN given AS g
    WHERE fits(g.framework, a.framework) OR fits(g.framework, b.framework)
),

used AS (
    SELECT count(DISTINCT p.model_id) AS n FROM pairs AS p
),

counted AS (
    SELECT
        p.framework, p.version, p.other_framework, p.other_version,
        count(*) AS n_runs,
        count(DISTINCT p.group_id) AS n_groups,
        CAST(sum(p.n_printings - 1) AS BIGINT) AS n_copies_excluded
    FROM pairs AS p
    GROUP BY p.framework, p.version, p.other_framework, p.other_version
)

SELECT
    c.framework,
    c.version,
    c.other_framework,
    c.other_version,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
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
    ON f.frame = 'library version' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.n_runs DESC, c.framework, c.version, c.other_framework, c.other_version
