-- Question: What happened to each repo's card, and when?
-- Grain: one row per event
-- Reads: card_states, listing_states, renames
-- Columns:
--   model_id: the repo, under the id it bore
--   happened_at: when it was first seen so, the source's time
--   event: appeared; changed (another card); status (gated, gone, back, ...); renamed
--   before: status or blob or id before; NULL for appeared
--   after: status or blob or id after
-- Caveats: seen, not done: what happened between two looks bears the time of the second
WITH steps AS (
    SELECT
        s.model_id, s.valid_from, s.card_status, s.card_blob,
        lag(s.card_status) OVER (PARTITION BY s.model_id ORDER BY s.valid_from) AS status_before,
        lag(s.card_blob) OVER (PARTITION BY s.model_id ORDER BY s.valid_from) AS blob_before
    FROM card_states AS s
),

renamed AS (  -- the old name's last stretch ends where the repo was first listed under the next
    SELECT r.old_model_id, r.model_id, max(l.valid_to) AS renamed_at
    FROM renames AS r
    INNER JOIN listing_states AS l ON l.model_id = r.old_model_id
    GROUP BY r.old_model_id, r.model_id
)

SELECT
    e.model_id,
    e.valid_from AS happened_at,
    'appeared' AS event,
    CAST(NULL AS VARCHAR) AS before,
    e.card_status AS after
FROM steps AS e
WHERE e.status_before IS NULL
UNION ALL
SELECT
    e.model_id,
    e.valid_from AS happened_at,
    'changed' AS event,
    e.blob_before AS before,
    e.card_blob AS after
FROM steps AS e
WHERE e.status_before IS NOT NULL AND e.blob_before IS DISTINCT FROM e.card_blob
UNION ALL
SELECT
    e.model_id,
    e.valid_from AS happened_at,
    'status' AS event,
    e.status_before AS before,
    e.card_status AS after
FROM steps AS e
WHERE e.status_before <> e.card_status
UNION ALL
SELECT
    r.old_model_id AS model_id,
    r.renamed_at AS happened_at,
    'renamed' AS event,
    r.old_model_id AS before,
    r.model_id AS after
FROM renamed AS r
