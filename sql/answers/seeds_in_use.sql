-- Question: Which random seeds do people use?
-- Theme: settings
-- Grain: one row per seed
-- Reads: training_runs
-- Columns:
--   seed: the seed
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
--   share_of_runs: share of the runs that state a seed
-- Caveats: 42 is the Trainer's default, so most 42s were not chosen
WITH counted AS (
    SELECT
        finite(r.seed) AS seed,
        sum(CASE WHEN r.is_canonical THEN 1 ELSE 0 END) AS n_runs,
        count(DISTINCT CASE WHEN r.is_canonical THEN r.group_id END) AS n_groups,
        sum(CASE WHEN r.is_canonical THEN 0 ELSE 1 END) AS n_copies_excluded
    FROM training_runs AS r
    WHERE finite(r.seed) IS NOT NULL
    GROUP BY finite(r.seed)
)

SELECT
    c.seed,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups') END AS reason,
    c.n_runs / nullif(CAST(sum(c.n_runs) OVER () AS DOUBLE), 0) AS share_of_runs
FROM counted AS c
ORDER BY c.n_runs DESC, c.seed
