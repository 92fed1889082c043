-- The stretches of time in which a repo's card had one state. A, B and A again are three stretches of two blobs.
--
-- As in models: ok, no_card and too_large decide what is served; a gate, a disappearance or a failed request changes
-- the status and leaves the card. What a dump or folder says of a time when the Hub had already been asked is left out.
-- The card of a repo that was renamed goes on under the new name: the old name's stretch ends where it was first listed.
WITH looks AS (
    SELECT
        o.model_id, o.observed_at, o.crawl_id, o.status, o.card_blob,
        min(CASE WHEN o.source IN ('hub', 'sample') THEN o.observed_at END) OVER (PARTITION BY o.model_id) AS hub_since,
        o.source IN ('hub', 'sample') AS is_hub
    FROM raw_observations AS o
),

one_at_a_time AS (
    SELECT
        l.model_id, l.observed_at, l.crawl_id, l.status,
        CASE WHEN l.status IN ('ok', 'no_card', 'too_large')
            THEN coalesce(CASE WHEN l.status = 'ok' THEN l.card_blob END, 'none')
        END AS decided
    FROM looks AS l
    WHERE l.is_hub OR l.hub_since IS NULL OR l.observed_at < l.hub_since
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

named AS (
    SELECT
        s.model_id, s.observed_at, s.card_blob,
        CASE WHEN s.status = 'ok' THEN coalesce(r.card_status, 'ok') ELSE s.status END AS card_status
    FROM served AS s
    LEFT JOIN read_card_readings AS r ON r.model_id = s.model_id AND r.card_blob = s.card_blob
),

changes AS (
    SELECT n.model_id, n.observed_at, n.card_status, n.card_blob
    FROM named AS n
    WINDOW w AS (PARTITION BY n.model_id ORDER BY n.observed_at)
    QUALIFY lag(n.card_status) OVER w IS DISTINCT FROM n.card_status
        OR lag(n.card_blob) OVER w IS DISTINCT FROM n.card_blob
),

stretches AS (
    SELECT
        c.model_id, c.observed_at, c.card_status, c.card_blob,
        lead(c.observed_at) OVER (PARTITION BY c.model_id ORDER BY c.observed_at) AS next_at
    FROM changes AS c
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
    s.card_status,
    s.card_blob
FROM stretches AS s
LEFT JOIN renamed AS r ON r.model_id = s.model_id
