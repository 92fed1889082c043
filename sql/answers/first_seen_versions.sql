-- Question: When is each library version first seen on the Hub?
-- Theme: frameworks
-- Grain: one row per library and version (major.minor)
-- Reads: models, framework_versions
-- Columns:
--   framework: library
--   version: major.minor
--   first_month: first day of the earliest month in which a repo that states it was created; NULL if no date is known
--   last_month: the same of the latest
--   n_runs: repos that state it of themselves (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: quantized and converted copies left out
--   enough_data: whether there are 5 authors or more
--   reason: why the numbers are thin; NULL if they are not
--   first_model_id: a repo of the first month, by age and id
-- Caveats: the date is the repo's creation, which a later push of a card does not move: first_month may lie before
--   the version's release
-- Kept: table
WITH stated AS (
    SELECT DISTINCT
        f.model_id, f.framework, concat(f.version_major, '.', coalesce(f.version_minor, 0)) AS version,
        f.about = 'reprinted' AS is_copy
    FROM framework_versions AS f
    WHERE f.version_major IS NOT NULL
),

dated AS (
    SELECT
        s.framework, s.version, s.model_id, s.is_copy, m.author, m.created_at,
        row_number() OVER (
            PARTITION BY s.framework, s.version ORDER BY s.is_copy, m.created_at NULLS LAST, s.model_id
        ) AS place
    FROM stated AS s
    INNER JOIN models AS m ON m.model_id = s.model_id
),

counted AS (
    SELECT
        d.framework, d.version,
        CAST(date_trunc('month', min(CASE WHEN NOT d.is_copy THEN d.created_at END)) AS DATE) AS first_month,
        CAST(date_trunc('month', max(CASE WHEN NOT d.is_copy THEN d.created_at END)) AS DATE) AS last_month,
        count(DISTINCT CASE WHEN NOT d.is_copy THEN d.model_id END) AS n_runs,
        count(DISTINCT CASE WHEN NOT d.is_copy THEN d.author END) AS n_groups,
        count(DISTINCT CASE WHEN d.is_copy THEN d.model_id END) AS n_copies_excluded,
        max(CASE WHEN d.place = 1 AND NOT d.is_copy THEN d.model_id END) AS first_model_id
    FROM dated AS d
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
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' authors') END AS reason,
    c.first_model_id
FROM counted AS c
ORDER BY c.framework, version_rank(c.version), c.version
