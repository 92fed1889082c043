-- What was seen of each repo last, and what was seen when its card as it is now was last told: one row per repo.
--
-- The card's own digest breaks the tie where a dump gives two cards of one repo at one time. The second join is small:
-- it brings the deciding look where the last one decides nothing (a gate, a disappearance, a failed request).
WITH looks AS (
    SELECT
        o.model_id, o.hub_id, o.revision, o.source, o.status, o.detail, o.card_bytes, o.observed_at,
        CASE WHEN o.status = 'ok' THEN o.card_blob END AS card_blob,
        place_in_time(o.source, o.observed_at, t.turn)
        + coalesce(TRY_CAST(concat('0x', left(o.card_blob, 9)) AS BIGINT), 0) AS place
    FROM raw_observations AS o
    INNER JOIN crawl_turns AS t ON t.crawl_id = o.crawl_id
),

latest AS (
    SELECT
        l.model_id,
        max(l.place) AS last_place,
        max(CASE WHEN l.status IN ('ok', 'no_card', 'too_large') THEN l.place END) AS deciding_place
    FROM looks AS l
    GROUP BY l.model_id
),

chosen AS (
    SELECT
        l.model_id, l.hub_id, l.revision, l.source, l.status, l.detail, l.card_bytes, l.observed_at, l.card_blob,
        l.place = a.last_place AS is_last,
        coalesce(l.place = a.deciding_place, FALSE) AS is_deciding
    FROM looks AS l
    INNER JOIN latest AS a ON a.model_id = l.model_id AND (l.place = a.last_place OR l.place = a.deciding_place)
),

decided_before AS (
    SELECT c.model_id, c.card_bytes, c.observed_at, c.card_blob FROM chosen AS c WHERE c.is_deciding AND NOT c.is_last
)

SELECT
    c.model_id, c.hub_id, c.revision, c.source, c.status, c.detail,
    CASE WHEN c.is_deciding THEN c.observed_at ELSE d.observed_at END AS decided_at,
    CASE WHEN c.is_deciding THEN c.card_bytes ELSE d.card_bytes END AS card_bytes,
    CASE WHEN c.is_deciding THEN c.card_blob ELSE d.card_blob END AS card_blob
FROM chosen AS c
LEFT JOIN decided_before AS d ON d.model_id = c.model_id
WHERE c.is_last
