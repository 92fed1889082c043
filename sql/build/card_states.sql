-- The stretches of time in which a repo's card had one state. A, B and A again are three stretches of two blobs.
--
-- As in models: ok, no_card and too_large decide what is served; a gate, a disappearance or a failed request changes
-- the status and leaves the card. What a dump or folder says of a time when the Hub had already been asked is left out.
-- The card of a repo that was renamed goes on under the new name: the old name's stretch ends where it was first listed.
-- Most repos were looked at once, and have one stretch without an end: they pass by the windows, which cost most.
WITH repos AS (
    SELECT
        o.model_id, count(*) AS n_looks,
        min(CASE WHEN o.source IN ('hub', 'sample') THEN o.observed_at END) AS hub_since
    FROM raw_observations AS o
    GROUP BY o.model_id
),

looks AS (
    SELECT
        o.model_id, o.observed_at, o.crawl_id, o.status,
        CASE WHEN o.status = 'ok' THEN o.card_blob END AS card_blob,
        o.status IN ('ok', 'no_card', 'too_large') AS is_deciding,
        r.n_looks = 1 AS is_alone
    FROM raw_observations AS o
    INNER JOIN repos AS r ON r.model_id = o.model_id
    WHERE o.source IN ('hub', 'sample') OR r.hub_since IS NULL OR o.observed_at < r.hub_since
),

one_at_a_time AS (
    SELECT
        l.model_id, l.observed_at, l.status,
        CASE WHEN l.is_deciding THEN coalesce(l.card_blob, 'none') END AS decided
    FROM looks AS l
    WHERE NOT l.is_alone
    QUALIFY row_number() OVER (
        PARTITION BY l.model_id, l.observed_at ORDER BY l.crawl_id DESC, l.card_blob DESC NULLS LAST
    ) = 1
),

served AS (
    SELECT
        o.model_id, o.observed_at, o.status,
        nullif(last_value(o.decided IGNORE NULLS) OVER (
            PARTITION BY o.model_id ORDER BY o.observed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ), 'none') AS card_blob
    FROM one_at_a_time AS o
),

changes AS (
    SELECT s.model_id, s.observed_at, s.status, s.card_blob
    FROM served AS s
    WINDOW w AS (PARTITION BY s.model_id ORDER BY s.observed_at)
    QUALIFY lag(s.status) OVER w IS DISTINCT FROM s.status OR lag(s.card_blob) OVER w IS DISTINCT FROM s.card_blob
),

stretches AS (
    SELECT
        c.model_id, c.observed_at, c.status, c.card_blob,
        lead(c.observed_at) OVER (PARTITION BY c.model_id ORDER BY c.observed_at) AS next_at
    FROM changes AS c
    UNION ALL
    SELECT l.model_id, l.observed_at, l.status, l.card_blob, CAST(NULL AS TIMESTAMP) AS next_at
    FROM looks AS l
    WHERE l.is_alone
),

renamed AS (
    SELECT l.model_id, max(l.valid_to) AS renamed_at
    FROM main.listing_states AS l
    SEMI JOIN main.renames AS r ON r.old_model_id = l.model_id
    GROUP BY l.model_id
)

SELECT
    s.model_id,
    s.observed_at AS valid_from,
    CASE WHEN r.renamed_at IS NULL THEN s.next_at ELSE least(s.next_at, greatest(s.observed_at, r.renamed_at)) END
        AS valid_to,
    CASE WHEN s.status = 'ok' THEN coalesce(c.card_status, 'ok') ELSE s.status END AS card_status,
    s.card_blob
FROM stretches AS s
LEFT JOIN renamed AS r ON r.model_id = s.model_id
LEFT JOIN read_card_readings AS c ON c.model_id = s.model_id AND c.card_blob = s.card_blob
