-- Question: Of all repos, how many could be asked, and how many say what an answer asks?
-- Grain: one row per frame and writer of cards, and one for all repos together (card_generator *)
-- Reads: models, card_readings, stated_fields, eval_metrics, training_steps, framework_versions, model_relations,
--   quantized_files, run_printings, frame_fields, writer_rules
-- Columns:
--   frame: what is asked (see frame_fields)
--   card_generator: the tool that wrote the cards; * for all repos, those without a card too
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
-- Caveats: each number is a part of the one before, so what the Hub itself lists of a repo (parents, licence) counts as
--   if a card said it; a writer of which nothing is known is taken to be able, and where it is
--   known of one of several alternatives only, that one speaks
-- Kept: table
WITH repos AS (
    SELECT
        m.model_id, m.card_generator, version_rank(m.card_generator_version) AS version,
        m.card_blob IS NOT NULL AS is_fetched,
        coalesce(c.card_status NOT IN ('empty', 'not_text'), FALSE) AS is_readable
    FROM models AS m
    LEFT JOIN card_readings AS c ON c.model_id = m.model_id
),

asked AS (
    SELECT DISTINCT f.need, f.table_name, f.name FROM frame_fields AS f
),

needs AS (
    SELECT n.frame, n.need, count(*) OVER (PARTITION BY n.frame) AS n_needs
    FROM (SELECT DISTINCT f.frame, f.need FROM frame_fields AS f) AS n
),

printed AS (
    SELECT s.model_id, s.table_name, s.name FROM stated_fields AS s
    UNION ALL
    SELECT e.model_id, 'eval_metrics' AS table_name, '*' AS name FROM eval_metrics AS e GROUP BY e.model_id
    UNION ALL
    SELECT t.model_id, 'training_steps' AS table_name, '*' AS name FROM training_steps AS t GROUP BY t.model_id
    UNION ALL
    SELECT v.model_id, 'framework_versions' AS table_name, '*' AS name FROM framework_versions AS v
    GROUP BY v.model_id
    UNION ALL
    SELECT p.model_id, 'model_relations' AS table_name, '*' AS name FROM model_relations AS p GROUP BY p.model_id
    UNION ALL
    SELECT p.model_id, 'model_relations' AS table_name, p.relation AS name FROM model_relations AS p
    GROUP BY p.model_id, p.relation
    UNION ALL
    SELECT q.model_id, 'quantized_files' AS table_name, '*' AS name FROM quantized_files AS q GROUP BY q.model_id
    UNION ALL
    SELECT r.model_id, 'run_printings' AS table_name, '*' AS name FROM run_printings AS r GROUP BY r.model_id
    UNION ALL
    SELECT r.model_id, 'card_readings' AS table_name, '*' AS name FROM repos AS r WHERE r.is_readable
),

met AS (
    SELECT p.model_id, a.need
    FROM printed AS p
    INNER JOIN asked AS a ON a.table_name = p.table_name AND a.name = p.name
    GROUP BY p.model_id, a.need
),

stating AS (
    SELECT n.frame, t.model_id
    FROM met AS t
    INNER JOIN needs AS n ON n.need = t.need
    GROUP BY n.frame, t.model_id
    HAVING count(*) = max(n.n_needs)
),

stated AS (
    SELECT s.frame, r.card_generator, r.version, r.is_fetched, r.is_readable, count(*) AS n
    FROM stating AS s
    INNER JOIN repos AS r ON r.model_id = s.model_id
    GROUP BY s.frame, r.card_generator, r.version, r.is_fetched, r.is_readable
),

kinds AS (
    SELECT r.card_generator, r.version, r.is_fetched, r.is_readable, count(*) AS n
    FROM repos AS r
    GROUP BY r.card_generator, r.version, r.is_fetched, r.is_readable
),

writers AS (
    SELECT DISTINCT k.card_generator, k.version FROM kinds AS k
),

able AS (
    SELECT a.frame, a.card_generator, a.version, min(a.can_state) = 1 AS can_state
    FROM (
        SELECT
            f.frame, f.need, w.card_generator, w.version,
            coalesce(max(CASE WHEN g.can_state THEN 1 WHEN NOT g.can_state THEN 0 END), 1) AS can_state
        FROM writers AS w
        CROSS JOIN frame_fields AS f
        LEFT JOIN writer_rules AS g
            ON g.card_generator = w.card_generator AND g.version IS NOT DISTINCT FROM w.version
            AND g.table_name = f.table_name AND g.name = f.name
        GROUP BY f.frame, f.need, w.card_generator, w.version
    ) AS a
    GROUP BY a.frame, a.card_generator, a.version
),

told AS (
    SELECT
        a.frame, k.card_generator, k.n,
        coalesce(s.n, 0) AS n_stated,
        CASE WHEN k.is_fetched THEN k.n ELSE coalesce(s.n, 0) END AS n_fetched,
        CASE WHEN k.is_readable THEN k.n ELSE coalesce(s.n, 0) END AS n_readable,
        CASE WHEN k.is_readable AND a.can_state THEN k.n ELSE coalesce(s.n, 0) END AS n_can_state
    FROM kinds AS k
    INNER JOIN able AS a
        ON a.card_generator IS NOT DISTINCT FROM k.card_generator AND a.version IS NOT DISTINCT FROM k.version
    LEFT JOIN stated AS s
        ON s.frame = a.frame AND s.card_generator IS NOT DISTINCT FROM k.card_generator
        AND s.version IS NOT DISTINCT FROM k.version AND s.is_fetched = k.is_fetched AND s.is_readable = k.is_readable
),

of_all AS (
    SELECT t.frame, '*' AS card_generator, t.n, t.n_fetched, t.n_readable, t.n_can_state, t.n_stated FROM told AS t
    UNION ALL
    SELECT t.frame, t.card_generator, t.n, t.n_fetched, t.n_readable, t.n_can_state, t.n_stated
    FROM told AS t
    WHERE t.card_generator IS NOT NULL
)

SELECT
    o.frame,
    o.card_generator,
    CAST(sum(o.n) AS BIGINT) AS frame_listed,
    CAST(sum(o.n_fetched) AS BIGINT) AS frame_fetched,
    CAST(sum(o.n_readable) AS BIGINT) AS frame_readable,
    CAST(sum(o.n_can_state) AS BIGINT) AS frame_can_state,
    CAST(sum(o.n_stated) AS BIGINT) AS frame_stated
FROM of_all AS o
GROUP BY o.frame, o.card_generator
