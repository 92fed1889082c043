-- Question: What became of the cards of all listed repos?
-- Theme: coverage
-- Grain: one row per status and source
-- Reads: models
-- Columns:
--   card_status: ok, no_card, empty, too_large, not_text, gated, disabled, gone, failed or not_fetched
--   source: who listed the repo last: hub, sample, folder or dump
--   n_repos: repos
--   n_served: of these, with facts of an earlier good card still served
--   share: share of all repos
-- Caveats: the status is that of the last look; gone means not to be had, be it deleted, private or renamed
SELECT
    m.card_status,
    m.source,
    count(*) AS n_repos,
    count(m.card_blob) AS n_served,
    count(*) / CAST(sum(count(*)) OVER () AS DOUBLE) AS share
FROM models AS m
GROUP BY m.card_status, m.source
ORDER BY n_repos DESC, m.card_status, m.source
