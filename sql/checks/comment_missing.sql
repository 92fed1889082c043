-- Question: which tables, views or columns does the database say nothing about?
-- Reads: duckdb_columns, duckdb_tables, duckdb_views
-- Blocking: yes
SELECT c.schema_name, c.table_name, c.column_name
FROM duckdb_columns() AS c
WHERE c.database_name = current_database()
    AND NOT c.internal
    AND coalesce(c.comment, '') = ''
UNION ALL
SELECT t.schema_name, t.table_name, NULL
FROM duckdb_tables() AS t
WHERE t.database_name = current_database() AND NOT t.internal AND coalesce(t.comment, '') = ''
UNION ALL
SELECT v.schema_name, v.view_name, NULL
FROM duckdb_views() AS v
WHERE v.database_name = current_database() AND NOT v.internal AND coalesce(v.comment, '') = ''
