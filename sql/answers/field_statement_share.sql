-- Question: What share of the repos states what?
-- Theme: coverage
-- Grain: one row per field
-- Reads: models, card_readings, fields, repo_statements, statement_bits, writer_rules
-- Columns:
--   table_name: the table the field stands in
--   name: the field
--   n_runs: repos that state it of themselves, with a number where one is needed (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: repos that only reprint it of their original
--   enough_data: whether there are as many authors as minimum_authors asks
--   reason: why the numbers are thin; NULL if they are not
--   n_default: repos that leave it out where this means a default
--   n_unparsable: repos that state it, but as no number
--   share_of_repos: n_runs over frame_listed
--   share_of_able: n_runs and n_unparsable over frame_can_state
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, whose writer can state the field, as far as known
--   frame_stated: of these, that state it of themselves in any form
--   frame_used: of these, with a number where one is needed: n_runs
-- Parameters:
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_authors: authors below which there is not enough data
-- Caveats: most repos are not the outcome of a training run, so that no learning rate is to be expected of them; the
--   frame is that of the row's field, without the copies; field_coverage has the same row by row
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_authors
),

asked AS (
    SELECT f.table_name, f.name, f.is_number, b.bit
    FROM fields AS f
    INNER JOIN statement_bits AS b ON b.table_name = f.table_name AND b.name = f.name
),

all_asked AS (
    SELECT bit_or(a.bit) AS bits, bit_or(CASE WHEN a.is_number THEN 0 ELSE a.bit END) AS words FROM asked AS a
),

repos AS (
    SELECT
        m.author, m.card_generator, version_rank(m.card_generator_version) AS version,
        m.card_blob IS NOT NULL AS is_fetched,
        coalesce(c.card_status NOT IN ('empty', 'not_text'), FALSE) AS is_readable,
        coalesce(s.told, 0) & a.bits AS told,
        coalesce(s.told_own, 0) & a.bits AS told_own,
        coalesce(s.told_own & (s.told_numbers | a.words), 0) & a.bits AS stated
    FROM models AS m
    CROSS JOIN given AS g
    CROSS JOIN all_asked AS a
    LEFT JOIN card_readings AS c ON c.model_id = m.model_id
    LEFT JOIN repo_statements AS s ON s.model_id = m.model_id
    WHERE fits(g.generator, m.card_generator)
),

-- Repos that differ in nothing that counts here, with their number.
alike AS (
    SELECT
        r.card_generator, r.version, r.is_fetched, r.is_readable, r.told, r.told_own, r.stated, count(*) AS n
    FROM repos AS r
    GROUP BY r.card_generator, r.version, r.is_fetched, r.is_readable, r.told, r.told_own, r.stated
),

kinds AS (
    SELECT k.card_generator, k.version, k.is_fetched, k.is_readable, CAST(sum(k.n) AS BIGINT) AS n
    FROM alike AS k
    GROUP BY k.card_generator, k.version, k.is_fetched, k.is_readable
),

said AS (
    SELECT
        k.card_generator, k.version, k.is_fetched, k.is_readable, a.table_name, a.name,
        sum(CASE WHEN (k.stated & a.bit) <> 0 THEN k.n ELSE 0 END) AS n_stated,
        sum(CASE WHEN (k.told_own & a.bit) <> 0 AND (k.stated & a.bit) = 0 THEN k.n ELSE 0 END) AS n_unparsable,
        sum(CASE WHEN (k.told_own & a.bit) = 0 THEN k.n ELSE 0 END) AS n_reprinted
    FROM alike AS k
    INNER JOIN asked AS a ON (k.told & a.bit) <> 0
    GROUP BY k.card_generator, k.version, k.is_fetched, k.is_readable, a.table_name, a.name
),

authors AS (
    SELECT a.table_name, a.name, count(*) AS n
    FROM (SELECT r.author, bit_or(r.stated) AS stated FROM repos AS r WHERE r.author IS NOT NULL GROUP BY r.author) AS o
    INNER JOIN asked AS a ON (o.stated & a.bit) <> 0
    GROUP BY a.table_name, a.name
),

told AS (
    SELECT
        f.table_name, f.name, k.n, k.is_fetched, k.is_readable,
        coalesce(w.can_state, TRUE) AS can_state,
        w.means_when_absent IS NOT NULL AND w.can_state AS has_default,
        coalesce(s.n_stated, 0) AS n_stated,
        coalesce(s.n_unparsable, 0) AS n_unparsable,
        coalesce(s.n_stated + s.n_unparsable, 0) AS n_told,
        coalesce(s.n_reprinted, 0) AS n_reprinted
    FROM kinds AS k
    CROSS JOIN fields AS f
    LEFT JOIN writer_rules AS w
        ON w.card_generator = k.card_generator AND w.version IS NOT DISTINCT FROM k.version
        AND w.table_name = f.table_name AND w.name = f.name
    LEFT JOIN said AS s
        ON s.card_generator IS NOT DISTINCT FROM k.card_generator AND s.version IS NOT DISTINCT FROM k.version
        AND s.is_fetched = k.is_fetched AND s.is_readable = k.is_readable
        AND s.table_name = f.table_name AND s.name = f.name
),

counted AS (
    SELECT
        t.table_name, t.name,
        CAST(sum(t.n) AS BIGINT) AS n_listed,
        CAST(sum(CASE WHEN t.is_fetched THEN t.n ELSE t.n_told END) AS BIGINT) AS n_fetched,
        CAST(sum(CASE WHEN t.is_readable THEN t.n ELSE t.n_told END) AS BIGINT) AS n_readable,
        CAST(sum(CASE WHEN t.is_readable AND t.can_state THEN t.n ELSE t.n_told END) AS BIGINT) AS n_can_state,
        CAST(sum(t.n_told) AS BIGINT) AS n_told,
        CAST(sum(t.n_stated) AS BIGINT) AS n_stated,
        CAST(sum(CASE WHEN t.is_readable AND t.has_default THEN t.n - t.n_told ELSE 0 END) AS BIGINT) AS n_default,
        CAST(sum(t.n_unparsable) AS BIGINT) AS n_unparsable,
        CAST(sum(t.n_reprinted) AS BIGINT) AS n_reprinted
    FROM told AS t
    GROUP BY t.table_name, t.name
)

SELECT
    c.table_name,
    c.name,
    c.n_stated AS n_runs,
    coalesce(a.n, 0) AS n_groups,
    c.n_reprinted AS n_copies_excluded,
    too_few(coalesce(a.n, 0), g.minimum_authors, 'author') IS NULL AS enough_data,
    too_few(coalesce(a.n, 0), g.minimum_authors, 'author') AS reason,
    c.n_default,
    c.n_unparsable,
    c.n_stated / nullif(CAST(c.n_listed AS DOUBLE), 0) AS share_of_repos,
    (c.n_stated + c.n_unparsable) / nullif(CAST(c.n_can_state AS DOUBLE), 0) AS share_of_able,
    c.n_listed AS frame_listed,
    c.n_fetched AS frame_fetched,
    c.n_readable AS frame_readable,
    c.n_can_state AS frame_can_state,
    c.n_told AS frame_stated,
    c.n_stated AS frame_used
FROM counted AS c
CROSS JOIN given AS g
LEFT JOIN authors AS a ON a.table_name = c.table_name AND a.name = c.name
ORDER BY c.table_name, c.n_stated DESC, c.name
