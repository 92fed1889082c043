-- Question: Which library versions do new repos state, month by month?
-- Theme: frameworks
-- Grain: one row per month in which repos were created, library and version (major.minor)
-- Reads: models, framework_versions
-- Columns:
--   month: first day of the month in which the repos were created; NULL if unknown
--   framework: library
--   version: major.minor
--   n_runs: repos counted (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: quantized and converted copies left out
--   enough_data: whether there are 5 authors or more
--   reason: why the numbers are thin; NULL if they are not
--   share_of_runs: of the repos of that month that state the library, the share with this version
-- Caveats: the month is the repo's, the version the card's: a repo that was trained again later states a later version
-- Kept: table
WITH stated AS (
    SELECT DISTINCT
        f.model_id, f.framework, concat(f.version_major, '.', coalesce(f.version_minor, 0)) AS version,
        f.about = 'reprinted' AS is_copy
    FROM framework_versions AS f
    WHERE f.version_major IS NOT NULL
),

counted AS (
    SELECT
        CAST(date_trunc('month', m.created_at) AS DATE) AS month, s.framework, s.version,
        count(DISTINCT CASE WHEN NOT s.is_copy THEN s.model_id END) AS n_runs,
        count(DISTINCT CASE WHEN NOT s.is_copy THEN m.author END) AS n_groups,
        count(DISTINCT CASE WHEN s.is_copy THEN s.model_id END) AS n_copies_excluded
    FROM stated AS s
    INNER JOIN models AS m ON m.model_id = s.model_id
    GROUP BY CAST(date_trunc('month', m.created_at) AS DATE), s.framework, s.version
)

SELECT
    c.month,
    c.framework,
    c.version,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' authors') END AS reason,
    c.n_runs / nullif(CAST(sum(c.n_runs) OVER (PARTITION BY c.month, c.framework) AS DOUBLE), 0) AS share_of_runs
FROM counted AS c
ORDER BY c.month NULLS LAST, c.framework, version_rank(c.version), c.version
