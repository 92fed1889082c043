-- Question: Who quantizes whose models?
-- Theme: quantization
-- Grain: one row per quantizing author and author of the originals
-- Reads: parents, models, sampling_frames
-- Columns:
--   quantizer: owner of the quantized repos
--   original_author: owner of what was quantized; NULL where its id has none
--   n_runs: quantized repos (here a repo is the unit)
--   n_groups: distinct originals: one model in five formats is one
--   n_copies_excluded: always 0: the copies are what is counted
--   enough_data: whether there are as many originals as minimum_originals asks
--   reason: why the numbers are thin; NULL if they are not
--   is_own: whether the two are one
--   downloads: downloads of the quantized repos in the last 30 days, together; NULL if none is known
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   quantizer: owner of the quantized repos, in any case; all if NULL
--   original: owner of what was quantized, in any case; all if NULL
--   minimum_originals: originals below which there is not enough data
-- Caveats: what repos name as their quantized parent; a quantization of a quantization counts its direct parent; a repo
--   that quantizes without saying so is not here
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS quantizer,
        CAST(NULL AS VARCHAR) AS original,
        5 AS minimum_originals
),

named AS (
    SELECT
        m.model_id, m.author, m.downloads, p.parent_id,
        owner_of(p.parent_id) AS original_author
    FROM parents AS p
    INNER JOIN models AS m ON m.model_id = p.model_id
    WHERE p.relation = 'quantized'
),

asked AS (
    SELECT n.model_id, n.author, n.downloads, n.parent_id, n.original_author
    FROM named AS n
    CROSS JOIN given AS g
    WHERE fits(g.quantizer, n.author) AND fits(g.original, n.original_author)
),

used AS (
    SELECT count(DISTINCT a.model_id) AS n FROM asked AS a
),

counted AS (
    SELECT
        a.author, a.original_author,
        count(DISTINCT a.model_id) AS n_runs,
        count(DISTINCT a.parent_id) AS n_groups,
        CAST(sum(a.downloads) AS BIGINT) AS downloads
    FROM asked AS a
    GROUP BY a.author, a.original_author
)

SELECT
    c.author AS quantizer,
    c.original_author,
    c.n_runs,
    c.n_groups,
    0 AS n_copies_excluded,
    too_few(c.n_groups, g.minimum_originals, 'original') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_originals, 'original') AS reason,
    coalesce(lower(c.author) = lower(c.original_author), FALSE) AS is_own,
    c.downloads,
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
    ON f.frame = 'quantized parent' AND f.card_generator = '*'
ORDER BY c.n_runs DESC, c.author, c.original_author NULLS LAST
