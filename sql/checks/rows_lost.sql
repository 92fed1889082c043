-- Question: of which table and card writer are more than a fifth of the last build's rows gone?
-- Reads: last_row_counts, row_counts
-- Blocking: yes
SELECT l.table_name, l.card_generator, l.n_rows AS rows_before, coalesce(n.n_rows, 0) AS rows_now
FROM last_row_counts AS l
LEFT JOIN row_counts AS n ON n.table_name = l.table_name AND n.card_generator = l.card_generator
WHERE l.n_rows >= 50 AND coalesce(n.n_rows, 0) < 0.8 * l.n_rows
ORDER BY l.table_name, l.card_generator
