-- Question: By which bit does repo_statements mark a statement?
-- Grain: one row per statement that is followed, or asked for by a sampling frame
-- Reads: fields, frame_fields
-- Columns:
--   table_name: the table it stands in
--   name: its canonical name there, as in fields and frame_fields; * for any
--   bit: a power of two, one per statement
-- Caveats: the bits are given in alphabetical order and change when a statement is added: read them in the build that
--   they are of
WITH followed AS (
    SELECT f.table_name, f.name FROM fields AS f
    UNION
    SELECT f.table_name, f.name FROM frame_fields AS f
    UNION
    SELECT 'hyperparameters' AS table_name, '*' AS name
)

SELECT
    f.table_name,
    f.name,
    CAST(1 AS BIGINT) << CAST(row_number() OVER (ORDER BY f.table_name, f.name) - 1 AS BIGINT) AS bit
FROM followed AS f
