-- Question: When is each library version first seen on the Hub?
-- Theme: frameworks
-- Grain: one row per library and version (major.minor)
-- Reads: repo_versions, sampling_frames
-- Columns:
--   framework: library
--   version: major.minor
--   first_month: first day of the earliest month in which a repo that states it was created; NULL if no date is known
--   last_month: the same of the latest
--   n_runs: repos that state it of themselves (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: quantized and converted copies left out
--   enough_data: whether there are as many authors as minimum_authors asks
--   reason: why the numbers are thin; NULL if they are not
--   first_model_id: a repo of the first month, by age and id
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
-- Caveats: the date is the repo's creation, which a later push of a card does not move: first_month may lie before
--   the version's release; the frame is that of any library's version
-- Kept: table
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS framework,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_authors
),

dated AS (
    SELECT v.framework, v.version, v.model_id, v.is_copy, v.author, v.created_at
    FROM repo_versions AS v
    CROSS JOIN given AS g
    WHERE fits(g.framework, v.framework) AND fits(g.generator, v.card_generator)
),

used AS (
    SELECT count(DISTINCT d.model_id) AS n FROM dated AS d WHERE NOT d.is_copy
),

counted AS (
    SELECT
        d.framework, d.version,
        min(CASE WHEN NOT d.is_copy THEN d.created_at END) AS first_created_at,
        CAST(date_trunc('month', min(CASE WHEN NOT d.is_copy THEN d.created_at END)) AS DATE) AS first_month,
        CAST(date_trunc('month', max(CASE WHEN NOT d.is_copy THEN d.created_at END)) AS DATE) AS last_month,
        count(CASE WHEN NOT d.is_copy THEN 1 END) AS n_runs,
        count(DISTINCT CASE WHEN NOT d.is_copy THEN d.author END) AS n_groups,
        count(CASE WHEN d.is_copy THEN 1 END) AS n_copies_excluded
    FROM dated AS d
    GROUP BY d.framework, d.version
),

firsts AS (
    SELECT d.framework, d.version, min(d.model_id) AS model_id
    FROM dated AS d
    INNER JOIN counted AS c
        ON c.framework = d.framework AND c.version = d.version
        AND c.first_created_at IS NOT DISTINCT FROM d.created_at
    WHERE NOT d.is_copy
    GROUP BY d.framework, d.version
)

SELECT
    c.framework,
    c.version,
    c.first_month,
    c.last_month,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_authors, 'author') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_authors, 'author') AS reason,
    o.model_id AS first_model_id,
    f.frame_listed,
    f.frame_fetched,
    f.frame_readable,
    f.frame_can_state,
    f.frame_stated,
    u.n AS frame_used
FROM counted AS c
CROSS JOIN given AS g
CROSS JOIN used AS u
LEFT JOIN firsts AS o ON o.framework = c.framework AND o.version = c.version
INNER JOIN sampling_frames AS f
    ON f.frame = 'library version' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.framework, version_rank(c.version), c.version
