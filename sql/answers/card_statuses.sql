-- Question: What became of the cards of all listed repos?
-- Theme: coverage
-- Grain: one row per status and source
-- Reads: models, sampling_frames
-- Columns:
--   card_status: ok, no_card, empty, too_large, not_text, gated, disabled, gone, failed or not_fetched
--   source: who listed the repo last: hub, sample, folder or dump
--   n_runs: repos counted (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: always 0: a copy's card is a card
--   enough_data: whether there are as many authors as minimum_authors asks
--   reason: why the numbers are thin; NULL if they are not
--   n_served: of these, with facts of a good card served, be it of an earlier look
--   share: share of all repos
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   minimum_authors: authors below which there is not enough data
-- Caveats: the status is that of the last look; gone means not to be had, be it deleted, private or renamed; all repos
--   are counted in the rows, and those with a readable card in frame_used
WITH given AS (
    SELECT
        5 AS minimum_authors
),

counted AS (
    SELECT
        m.card_status, m.source,
        count(*) AS n_runs, count(DISTINCT m.author) AS n_groups, count(m.card_blob) AS n_served
    FROM models AS m
    GROUP BY m.card_status, m.source
)

SELECT
    c.card_status,
    c.source,
    c.n_runs,
    c.n_groups,
    0 AS n_copies_excluded,
    too_few(c.n_groups, g.minimum_authors, 'author') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_authors, 'author') AS reason,
    c.n_served,
    c.n_runs / CAST(sum(c.n_runs) OVER () AS DOUBLE) AS share,
    f.frame_listed,
    f.frame_fetched,
    f.frame_readable,
    f.frame_can_state,
    f.frame_stated,
    f.frame_stated AS frame_used
FROM counted AS c
CROSS JOIN given AS g
INNER JOIN sampling_frames AS f ON f.frame = 'card' AND f.card_generator = '*'
ORDER BY c.n_runs DESC, c.card_status, c.source
