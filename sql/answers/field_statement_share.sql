-- Question: What share of the repos states what?
-- Theme: coverage
-- Grain: one row per field
-- Reads: field_coverage
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
WITH counted AS (
    SELECT
        c.table_name, c.name,
        count(*) AS n_repos,
        count(CASE WHEN c.state NOT IN ('no_card', 'gated', 'not_fetched') THEN 1 END) AS n_readable,
        count(CASE WHEN c.state NOT IN ('no_card', 'gated', 'not_fetched', 'generator_cannot_state') THEN 1 END)
            AS n_could_state,
        count(CASE WHEN c.state = 'stated' THEN 1 END) AS n_stated,
        count(CASE WHEN c.state = 'absent_means_default' THEN 1 END) AS n_default,
        count(CASE WHEN c.state = 'stated_unparsable' THEN 1 END) AS n_unparsable
    FROM field_coverage AS c
    GROUP BY c.table_name, c.name
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
