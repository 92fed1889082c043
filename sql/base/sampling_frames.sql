-- Question: Of all repos, how many could be asked, and how many say what an answer asks?
-- Grain: one row per frame and writer of cards, and one for all repos together (card_generator *)
-- Reads: models, card_readings, repo_statements, statement_bits, frame_fields, writer_rules
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
WITH needs AS (
    SELECT f.frame, f.need, bit_or(b.bit) AS bits
    FROM frame_fields AS f
    INNER JOIN statement_bits AS b ON b.table_name = f.table_name AND b.name = f.name
    GROUP BY f.frame, f.need
),

asked AS (
    SELECT bit_or(n.bits) AS bits FROM needs AS n
),

repos AS (
    SELECT
        m.card_generator, version_rank(m.card_generator_version) AS version,
        m.card_blob IS NOT NULL AS is_fetched,
        coalesce(c.card_status NOT IN ('empty', 'not_text'), FALSE) AS is_readable,
        coalesce(s.told, 0) & a.bits AS told
    FROM models AS m
    CROSS JOIN asked AS a
    LEFT JOIN card_readings AS c ON c.model_id = m.model_id
    LEFT JOIN repo_statements AS s ON s.model_id = m.model_id
),

-- Repos that differ in nothing that counts here, with their number.
alike AS (
    SELECT r.card_generator, r.version, r.is_fetched, r.is_readable, r.told, count(*) AS n
    FROM repos AS r
    GROUP BY r.card_generator, r.version, r.is_fetched, r.is_readable, r.told
),

stating AS (
    SELECT p.told, n.frame
    FROM (SELECT DISTINCT a.told FROM alike AS a) AS p
    CROSS JOIN needs AS n
    GROUP BY p.told, n.frame
    HAVING min(CASE WHEN (p.told & n.bits) <> 0 THEN 1 ELSE 0 END) = 1
),

stated AS (
    SELECT s.frame, a.card_generator, a.version, a.is_fetched, a.is_readable, CAST(sum(a.n) AS BIGINT) AS n
    FROM stating AS s
    INNER JOIN alike AS a ON a.told = s.told
    GROUP BY s.frame, a.card_generator, a.version, a.is_fetched, a.is_readable
),

kinds AS (
    SELECT a.card_generator, a.version, a.is_fetched, a.is_readable, CAST(sum(a.n) AS BIGINT) AS n
    FROM alike AS a
    GROUP BY a.card_generator, a.version, a.is_fetched, a.is_readable
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
