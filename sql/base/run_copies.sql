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

-- Keys that two printings or more share; the rest, which is nearly all, need no further look.
keys AS (
    SELECT concat('subject ', k.by_subject) AS shared_key, k.printing_id FROM keyed AS k WHERE k.by_subject IS NOT NULL
    UNION ALL
    SELECT concat('headline ', k.by_headline) AS shared_key, k.printing_id
    FROM keyed AS k
    WHERE k.by_headline IS NOT NULL
    UNION ALL
    SELECT concat('log ', k.by_log) AS shared_key, k.printing_id FROM keyed AS k WHERE k.by_log IS NOT NULL
    UNION ALL
    SELECT concat('body ', k.by_body) AS shared_key, k.printing_id FROM keyed AS k WHERE k.by_body IS NOT NULL
),

least_of_key AS (
    SELECT k.shared_key, min(k.printing_id) AS label
    FROM keys AS k
    GROUP BY k.shared_key
    HAVING count(*) > 1
),

links AS (
    SELECT k.shared_key, k.printing_id, l.label
    FROM keys AS k
    INNER JOIN least_of_key AS l ON l.shared_key = k.shared_key
),

-- Each printing takes the least id among those it shares a key with; three rounds join chains of several keys.
first_round AS (
    SELECT l.printing_id, min(l.label) AS label FROM links AS l GROUP BY l.printing_id
),

second_of_key AS (
    SELECT l.shared_key, min(f.label) AS label
    FROM links AS l
    INNER JOIN first_round AS f ON f.printing_id = l.printing_id
    GROUP BY l.shared_key
),

second_round AS (
    SELECT l.printing_id, min(o.label) AS label
    FROM links AS l
    INNER JOIN second_of_key AS o ON o.shared_key = l.shared_key
    GROUP BY l.printing_id
),

third_of_key AS (
    SELECT l.shared_key, min(f.label) AS label
    FROM links AS l
    INNER JOIN second_round AS f ON f.printing_id = l.printing_id
    GROUP BY l.shared_key
),

third_round AS (
    SELECT l.printing_id, min(o.label) AS label
    FROM links AS l
    INNER JOIN third_of_key AS o ON o.shared_key = l.shared_key
    GROUP BY l.printing_id
),

labelled AS (
    SELECT
        k.printing_id, k.model_id, k.run, k.about, k.subject_id, k.created_at,
        k.by_subject, k.by_headline, k.by_log, k.by_body,
        t.label
    FROM keyed AS k
    INNER JOIN third_round AS t ON t.printing_id = k.printing_id
),

ranked AS (
    SELECT
        k.printing_id, k.model_id, k.run, k.subject_id, k.by_subject, k.by_headline, k.by_log, k.by_body, k.label,
        count(*) OVER (PARTITION BY k.label) AS n_printings,
        row_number() OVER (
            PARTITION BY k.label
            ORDER BY
                CASE k.about WHEN 'own' THEN 1 WHEN 'unclear' THEN 2 ELSE 3 END,
                k.created_at NULLS LAST, k.model_id, k.run
        ) AS place
    FROM labelled AS k
),

canonical AS (
    SELECT r.label, r.printing_id, r.by_subject, r.by_headline, r.by_log, r.by_body FROM ranked AS r WHERE r.place = 1
)

SELECT
    k.model_id,
    k.run,
    k.subject_id,
    coalesce(c.printing_id, k.printing_id) AS canonical_run_id,
    coalesce(r.place, 1) = 1 AS is_canonical,
    coalesce(r.n_printings, 1) AS n_printings,
    CASE
        WHEN r.printing_id IS NULL THEN 'only printing'
        WHEN r.place = 1 THEN 'canonical'
        WHEN r.by_subject = c.by_subject THEN 'copy: same subject'
        WHEN r.by_headline = c.by_headline THEN 'copy: same headline results'
        WHEN r.by_log = c.by_log THEN 'copy: same log'
        WHEN r.by_body = c.by_body THEN 'copy: same card'
        ELSE 'copy: linked through a third printing'
    END AS reason,
    k.by_headline AS headline_fingerprint,
    k.by_log AS log_fingerprint,
    k.by_body AS body_digest
FROM keyed AS k
LEFT JOIN ranked AS r ON r.printing_id = k.printing_id
LEFT JOIN canonical AS c ON c.label = r.label
