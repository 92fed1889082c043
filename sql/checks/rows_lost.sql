-- Question: of which table (and card writer; * is all) are too many of the last build's rows gone? More than a fifth,
--   or more than half where another reader read the cards, which may rightly read fewer and name their writers anew
-- Reads: last_row_counts, row_counts
-- Blocking: yes
WITH before AS (
    SELECT l.table_name, l.card_generator, l.n_rows, 0.8 AS share
    FROM last_row_counts AS l
    WHERE l.card_generator <> '*'
    UNION ALL
    SELECT
        l.table_name, '*' AS card_generator, sum(l.n_rows) AS n_rows,
        CASE WHEN bool_or(l.card_generator = '*') THEN 0.5 ELSE 0.8 END AS share
    FROM last_row_counts AS l
    GROUP BY l.table_name
),

counted AS (
    SELECT n.table_name, n.card_generator, n.n_rows FROM row_counts AS n
    UNION ALL
    SELECT n.table_name, '*' AS card_generator, sum(n.n_rows) AS n_rows FROM row_counts AS n GROUP BY n.table_name
)

SELECT b.table_name, b.card_generator, b.n_rows AS rows_before, coalesce(n.n_rows, 0) AS rows_now
FROM before AS b
LEFT JOIN counted AS n ON n.table_name = b.table_name AND n.card_generator = b.card_generator
WHERE b.n_rows >= 50 AND coalesce(n.n_rows, 0) < b.share * b.n_rows
ORDER BY b.table_name, b.card_generator
