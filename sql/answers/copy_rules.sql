-- Question: How many runs would there be if copies were recognized more loosely or more tightly?
-- Theme: quality
-- Grain: one row per training method, and one for all printings together (method NULL, is_total true)
-- Reads: training_runs, run_copies
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
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
-- Caveats: the rules differ most where copies do not name their original; a method is that of each printing, and a
--   copy may tell less of it than its original
-- Kept: table
WITH printings AS (
    SELECT
        r.training_method, r.is_canonical, r.group_id,
        concat(r.model_id, '#', r.run) AS printing_id,
        lower(concat(coalesce(c.subject_id, r.model_id), '#', r.run)) AS by_subject,
        coalesce(c.headline_fingerprint, c.log_fingerprint, concat(r.model_id, '#', r.run)) AS by_results,
        coalesce(c.body_digest, concat(r.model_id, '#', r.run)) AS by_card
    FROM training_runs AS r
    INNER JOIN run_copies AS c ON c.model_id = r.model_id AND c.run = r.run
),

both_ways AS (
    SELECT p.training_method, FALSE AS is_total, p.is_canonical, p.group_id, p.printing_id, p.by_subject, p.by_results,
        p.by_card
    FROM printings AS p
    UNION ALL
    SELECT CAST(NULL AS VARCHAR) AS training_method, TRUE AS is_total, p.is_canonical, p.group_id, p.printing_id,
        p.by_subject, p.by_results, p.by_card
    FROM printings AS p
),

counted AS (
    SELECT
        b.training_method, b.is_total,
        count(*) AS n_printings,
        count(DISTINCT b.by_subject) AS n_by_subject,
        count(DISTINCT b.by_results) AS n_by_results,
        count(DISTINCT b.by_card) AS n_by_card,
        sum(CASE WHEN b.is_canonical THEN 1 ELSE 0 END) AS n_runs,
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
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups') END AS reason
FROM counted AS c
ORDER BY c.is_total DESC, c.n_printings DESC, c.training_method NULLS LAST
