-- Question: What share of the repos states what?
-- Theme: coverage
-- Grain: one row per field
-- Reads: models, card_readings, fields, stated_fields, writer_rules
-- Columns:
--   table_name: the table the field stands in
--   name: the field
--   n_repos: repos in the warehouse
--   n_readable: of these, with a card that was read
--   n_could_state: of these, whose writer can state the field, as far as known
--   n_stated: of these, that state it
--   n_default: that leave it out where this means a default
--   n_unparsable: that state it, but as no number
--   share_of_repos: n_stated over n_repos
--   share_of_able: n_stated and n_unparsable over n_could_state
-- Caveats: most repos are not the outcome of a training run, so that no learning rate is to be expected of them
-- Kept: table
-- As field_coverage has it, but counted by writer and version: the same sums without a row per repo and field.
WITH repos AS (
    SELECT
        m.model_id, m.card_generator, version_rank(m.card_generator_version) AS version,
        coalesce(c.card_status NOT IN ('empty', 'not_text'), FALSE) AS is_readable
    FROM models AS m
    LEFT JOIN card_readings AS c ON c.model_id = m.model_id
),

kinds AS (
    SELECT r.card_generator, r.version, r.is_readable, count(*) AS n
    FROM repos AS r
    GROUP BY r.card_generator, r.version, r.is_readable
),

said AS (
    SELECT
        r.card_generator, r.version, r.is_readable, s.table_name, s.name,
        count(CASE WHEN s.has_number OR NOT f.is_number THEN 1 END) AS n_stated,
        count(CASE WHEN NOT s.has_number AND f.is_number THEN 1 END) AS n_unparsable
    FROM stated_fields AS s
    INNER JOIN fields AS f ON f.table_name = s.table_name AND f.name = s.name
    INNER JOIN repos AS r ON r.model_id = s.model_id
    GROUP BY r.card_generator, r.version, r.is_readable, s.table_name, s.name
),

told AS (
    SELECT
        f.table_name, f.name, k.n, k.is_readable,
        coalesce(w.can_state, TRUE) AS can_state,
        w.means_when_absent IS NOT NULL AND w.can_state AS has_default,
        coalesce(s.n_stated, 0) AS n_stated,
        coalesce(s.n_unparsable, 0) AS n_unparsable
    FROM kinds AS k
    CROSS JOIN fields AS f
    LEFT JOIN writer_rules AS w
        ON w.card_generator = k.card_generator AND w.version IS NOT DISTINCT FROM k.version
        AND w.table_name = f.table_name AND w.name = f.name
    LEFT JOIN said AS s
        ON s.card_generator IS NOT DISTINCT FROM k.card_generator AND s.version IS NOT DISTINCT FROM k.version
        AND s.is_readable = k.is_readable AND s.table_name = f.table_name AND s.name = f.name
),

counted AS (
    SELECT
        t.table_name, t.name,
        sum(t.n) AS n_repos,
        sum(CASE WHEN t.is_readable THEN t.n ELSE t.n_stated + t.n_unparsable END) AS n_readable,
        sum(CASE WHEN t.is_readable AND t.can_state THEN t.n ELSE t.n_stated + t.n_unparsable END) AS n_could_state,
        sum(t.n_stated) AS n_stated,
        sum(CASE WHEN t.is_readable AND t.has_default THEN t.n - t.n_stated - t.n_unparsable ELSE 0 END) AS n_default,
        sum(t.n_unparsable) AS n_unparsable
    FROM told AS t
    GROUP BY t.table_name, t.name
)

SELECT
    c.table_name,
    c.name,
    c.n_repos,
    c.n_readable,
    c.n_could_state,
    c.n_stated,
    c.n_default,
    c.n_unparsable,
    c.n_stated / nullif(CAST(c.n_repos AS DOUBLE), 0) AS share_of_repos,
    (c.n_stated + c.n_unparsable) / nullif(CAST(c.n_could_state AS DOUBLE), 0) AS share_of_able
FROM counted AS c
ORDER BY c.table_name, c.n_stated DESC, c.name
