-- Question: Which printings are one and the same training run?
-- Grain: one row per printing of a run
-- Reads: run_printings, run_results, card_readings, models
-- Columns:
--   model_id: repo whose card prints the run
--   run: 0-based number of the run within the card
--   subject_id: the repo that was trained in this run; NULL where a copy does not say of what
--   canonical_run_id: the run, as the repo and number of its canonical printing: owner/name#0
--   is_canonical: whether this is the printing that counts
--   n_printings: printings of this run
--   reason: only printing; canonical; or copy, with what shows it: same subject, same headline results, same log,
--     same card, or a link through a third printing
--   headline_fingerprint: the same for equal headline results; NULL if too few to tell
--   log_fingerprint: the same for equal logs; NULL if too short to tell
--   body_digest: the same for equal card bodies; NULL where the run has no results to tell it from a template
-- Caveats: printings are one run if they share a subject and run number, or the headline results, or the log, or the
--   card's body with results in it; of each run the own card counts, else the oldest repo; copies that change
--   numbers, and re-uploads without results, are not recognized; two people who follow one tutorial with its seed on
--   like machines print the same numbers and count as one run, since the second adds no information
-- Kept: table
WITH keyed AS (
    SELECT
        concat(p.model_id, '#', p.run) AS printing_id,
        p.model_id, p.run, p.about, p.subject_id, m.created_at,
        CASE WHEN p.subject_id IS NOT NULL THEN concat(lower(p.subject_id), '#', p.run) END AS by_subject,
        r.headline_fingerprint AS by_headline,
        r.log_fingerprint AS by_log,
        CASE
            WHEN p.has_settings AND c.body_digest IS NOT NULL
                AND (r.headline_fingerprint IS NOT NULL OR r.log_fingerprint IS NOT NULL)
                THEN concat(c.body_digest, '#', p.run)
        END AS by_body
    FROM run_printings AS p
    LEFT JOIN run_results AS r ON r.model_id = p.model_id AND r.run = p.run
    LEFT JOIN card_readings AS c ON c.model_id = p.model_id
    LEFT JOIN models AS m ON m.model_id = p.model_id
),

-- Each printing takes the least id among those it shares a key with; three rounds join chains of several keys.
first_round AS (
    SELECT
        k.printing_id, k.by_subject, k.by_headline, k.by_log, k.by_body,
        least(
            min(k.printing_id) OVER (PARTITION BY coalesce(k.by_subject, k.printing_id)),
            min(k.printing_id) OVER (PARTITION BY coalesce(k.by_headline, k.printing_id)),
            min(k.printing_id) OVER (PARTITION BY coalesce(k.by_log, k.printing_id)),
            min(k.printing_id) OVER (PARTITION BY coalesce(k.by_body, k.printing_id))
        ) AS label
    FROM keyed AS k
),

second_round AS (
    SELECT
        k.printing_id, k.by_subject, k.by_headline, k.by_log, k.by_body,
        least(
            min(k.label) OVER (PARTITION BY coalesce(k.by_subject, k.printing_id)),
            min(k.label) OVER (PARTITION BY coalesce(k.by_headline, k.printing_id)),
            min(k.label) OVER (PARTITION BY coalesce(k.by_log, k.printing_id)),
            min(k.label) OVER (PARTITION BY coalesce(k.by_body, k.printing_id))
        ) AS label
    FROM first_round AS k
),

third_round AS (
    SELECT
        k.printing_id,
        least(
            min(k.label) OVER (PARTITION BY coalesce(k.by_subject, k.printing_id)),
            min(k.label) OVER (PARTITION BY coalesce(k.by_headline, k.printing_id)),
            min(k.label) OVER (PARTITION BY coalesce(k.by_log, k.printing_id)),
            min(k.label) OVER (PARTITION BY coalesce(k.by_body, k.printing_id))
        ) AS label
    FROM second_round AS k
),

ranked AS (
    SELECT
        k.printing_id, k.model_id, k.run, k.subject_id, k.by_subject, k.by_headline, k.by_log, k.by_body,
        t.label,
        count(*) OVER (PARTITION BY t.label) AS n_printings,
        row_number() OVER (
            PARTITION BY t.label
            ORDER BY
                CASE k.about WHEN 'own' THEN 1 WHEN 'unclear' THEN 2 ELSE 3 END,
                k.created_at NULLS LAST, k.model_id, k.run
        ) AS place
    FROM keyed AS k
    INNER JOIN third_round AS t ON t.printing_id = k.printing_id
)

SELECT
    r.model_id,
    r.run,
    r.subject_id,
    c.printing_id AS canonical_run_id,
    r.place = 1 AS is_canonical,
    r.n_printings,
    CASE
        WHEN r.n_printings = 1 THEN 'only printing'
        WHEN r.place = 1 THEN 'canonical'
        WHEN r.by_subject = c.by_subject THEN 'copy: same subject'
        WHEN r.by_headline = c.by_headline THEN 'copy: same headline results'
        WHEN r.by_log = c.by_log THEN 'copy: same log'
        WHEN r.by_body = c.by_body THEN 'copy: same card'
        ELSE 'copy: linked through a third printing'
    END AS reason,
    r.by_headline AS headline_fingerprint,
    r.by_log AS log_fingerprint,
    r.by_body AS body_digest
FROM ranked AS r
INNER JOIN ranked AS c ON c.label = r.label AND c.place = 1
