-- Question: Which versions of two libraries are seen together in one run?
-- Theme: frameworks
-- Grain: one row per pair of libraries and of their versions (major.minor)
-- Reads: training_runs, framework_versions
-- Columns:
--   framework: first library, in alphabetical order
--   version: its version, major.minor
--   other_framework: second library
--   other_version: its version, major.minor
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
-- Caveats: what the card states, which for the Trainer is what was installed when the card was written; a card that
--   states several versions of one library counts in several rows
-- Kept: table
WITH stated AS (
    SELECT DISTINCT
        f.model_id, coalesce(f.run, 0) AS run, f.framework,
        concat(f.version_major, '.', coalesce(f.version_minor, 0)) AS version
    FROM framework_versions AS f
    WHERE f.version_major IS NOT NULL
),

counted AS (
    SELECT
        a.framework, a.version, b.framework AS other_framework, b.version AS other_version,
        sum(CASE WHEN r.is_canonical THEN 1 ELSE 0 END) AS n_runs,
        count(DISTINCT CASE WHEN r.is_canonical THEN r.group_id END) AS n_groups,
        sum(CASE WHEN r.is_canonical THEN 0 ELSE 1 END) AS n_copies_excluded
    FROM training_runs AS r
    INNER JOIN stated AS a ON a.model_id = r.model_id AND a.run = r.run
    INNER JOIN stated AS b ON b.model_id = r.model_id AND b.run = r.run AND b.framework > a.framework
    GROUP BY a.framework, a.version, b.framework, b.version
)

SELECT
    c.framework,
    c.version,
    c.other_framework,
    c.other_version,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups') END AS reason
FROM counted AS c
ORDER BY c.n_runs DESC, c.framework, c.version, c.other_framework, c.other_version
