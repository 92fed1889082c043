-- Question: Which library versions do new repos state, month by month?
-- Theme: frameworks
-- Grain: one row per month in which repos were created, library and version (major.minor)
-- Reads: repo_versions, sampling_frames
-- Columns:
--   month: first day of the month in which the repos were created; NULL if unknown
--   framework: library
--   version: major.minor
--   n_runs: repos counted (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: quantized and converted copies left out
--   enough_data: whether there are as many authors as minimum_authors asks
--   reason: why the numbers are thin; NULL if they are not
--   share_of_runs: of the repos of that month that state the library, the share with this version
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   framework: library, as in framework_versions.framework; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_authors: authors below which there is not enough data
-- Caveats: the month is the repo's, the version the card's: a repo that was trained again later states a later version;
--   a repo that states two versions of one library is in both rows, and twice in the share's denominator; the frame is
--   that of any library's version
-- Kept: table
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS framework,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_authors
),

dated AS (
    SELECT
        CAST(date_trunc('month', v.created_at) AS DATE) AS month, v.framework, v.version, v.is_copy, v.model_id,
        v.author
    FROM repo_versions AS v
    CROSS JOIN given AS g
    WHERE fits(g.framework, v.framework) AND fits(g.generator, v.card_generator)
),

used AS (
    SELECT count(DISTINCT d.model_id) AS n FROM dated AS d WHERE NOT d.is_copy
),

counted AS (
    SELECT
        d.month, d.framework, d.version,
        count(CASE WHEN NOT d.is_copy THEN 1 END) AS n_runs,
        count(DISTINCT CASE WHEN NOT d.is_copy THEN d.author END) AS n_groups,
        count(CASE WHEN d.is_copy THEN 1 END) AS n_copies_excluded
    FROM dated AS d
    GROUP BY d.month, d.framework, d.version
)

SELECT
    c.month,
    c.framework,
    c.version,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_authors, 'author') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_authors, 'author') AS reason,
    c.n_runs / nullif(CAST(sum(c.n_runs) OVER (PARTITION BY c.month, c.framework) AS DOUBLE), 0) AS share_of_runs,
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
ORDER BY c.month NULLS LAST, c.framework, version_rank(c.version), c.version
