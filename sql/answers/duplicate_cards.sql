-- Question: Which cards stand word for word in several repos?
-- Theme: quality
-- Grain: one row per card body that two repos or more share
-- Reads: card_readings, models, sampling_frames
-- Columns:
--   body_digest: digest of the body's words
--   n_runs: repos that carry it (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: always 0: the copies are what is counted
--   enough_data: whether there are as many authors as minimum_authors asks
--   reason: why the numbers are thin; NULL if they are not
--   card_generator: the tool that wrote it, where all agree
--   card_title: the first heading, the first by alphabet
--   example_model_id: the first repo by id
--   other_model_id: the last repo by id
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_authors: authors below which there is not enough data
-- Caveats: templates that nobody filled in are duplicates too; one author's (n_groups is 1) are most often a series of
--   runs that tell nothing of how they differ
-- Kept: table
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_authors
),

bodies AS (
    SELECT r.body_digest, r.model_id, r.card_generator, r.card_title, m.author
    FROM card_readings AS r
    INNER JOIN models AS m ON m.model_id = r.model_id
    CROSS JOIN given AS g
    WHERE r.body_digest IS NOT NULL AND r.card_status = 'ok' AND fits(g.generator, r.card_generator)
),

shared AS (
    SELECT b.body_digest FROM bodies AS b GROUP BY b.body_digest HAVING count(*) > 1
),

counted AS (
    SELECT
        b.body_digest,
        count(*) AS n_runs,
        count(DISTINCT b.author) AS n_groups,
        CASE WHEN min(b.card_generator) = max(b.card_generator) THEN min(b.card_generator) END AS card_generator,
        min(b.card_title) AS card_title,
        min(b.model_id) AS example_model_id,
        max(b.model_id) AS other_model_id
    FROM bodies AS b
    SEMI JOIN shared AS s ON s.body_digest = b.body_digest
    GROUP BY b.body_digest
),

used AS (
    SELECT CAST(sum(c.n_runs) AS BIGINT) AS n FROM counted AS c
)

SELECT
    c.body_digest,
    c.n_runs,
    c.n_groups,
    0 AS n_copies_excluded,
    too_few(c.n_groups, g.minimum_authors, 'author') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_authors, 'author') AS reason,
    c.card_generator,
    c.card_title,
    c.example_model_id,
    c.other_model_id,
    f.frame_listed,
    f.frame_fetched,
    f.frame_readable,
    f.frame_can_state,
    f.frame_stated,
    u.n AS frame_used
FROM counted AS c
CROSS JOIN given AS g
CROSS JOIN used AS u
INNER JOIN sampling_frames AS f
    ON f.frame = 'card' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.n_runs DESC, c.body_digest
