-- Question: Which of the followed statements does each repo make, in one row?
-- Grain: one row per repo that makes any
-- Reads: statement_bits, hyperparameters, eval_metrics, training_steps, framework_versions, model_relations,
--   model_datasets, model_languages, quantized_files, models, card_readings, run_printings
-- Columns:
--   model_id: the repo
--   told: the bits (see statement_bits) of what it states in any form, copies included
--   told_own: of these, of what it states of itself and does not only reprint of its original
--   told_numbers: of these, of what it states of itself as a number, where there is one to state
-- Caveats: the same as stated_fields, for counting over all repos, which takes one row per repo where there would be
--   ten: told & bit <> 0 is one field of one repo
-- Kept: table
WITH stars AS (
    SELECT b.table_name, b.bit FROM statement_bits AS b WHERE b.name = '*'
),

said AS (
    SELECT h.model_id, h.about <> 'reprinted' AS is_own, h.value_number IS NOT NULL AS is_number,
        coalesce(b.bit, 0) | s.bit AS bits
    FROM hyperparameters AS h
    INNER JOIN stars AS s ON s.table_name = 'hyperparameters'
    LEFT JOIN statement_bits AS b ON b.table_name = 'hyperparameters' AND b.name = h.name
    UNION ALL
    SELECT e.model_id, e.about <> 'reprinted' AS is_own, e.value IS NOT NULL AS is_number,
        coalesce(b.bit, 0) | s.bit AS bits
    FROM eval_metrics AS e
    INNER JOIN stars AS s ON s.table_name = 'eval_metrics'
    LEFT JOIN statement_bits AS b ON b.table_name = 'eval_metrics' AND b.name = e.metric
    UNION ALL
    SELECT t.model_id, t.about <> 'reprinted' AS is_own, t.value IS NOT NULL AS is_number,
        coalesce(b.bit, 0) | s.bit AS bits
    FROM training_steps AS t
    INNER JOIN stars AS s ON s.table_name = 'training_steps'
    LEFT JOIN statement_bits AS b ON b.table_name = 'training_steps' AND b.name = t.metric
    UNION ALL
    SELECT f.model_id, f.about <> 'reprinted' AS is_own, f.about <> 'reprinted' AS is_number,
        coalesce(b.bit, 0) | s.bit AS bits
    FROM framework_versions AS f
    INNER JOIN stars AS s ON s.table_name = 'framework_versions'
    LEFT JOIN statement_bits AS b ON b.table_name = 'framework_versions' AND b.name = f.framework
    UNION ALL
    SELECT r.model_id, TRUE AS is_own, TRUE AS is_number, coalesce(b.bit, 0) | s.bit | a.bit AS bits
    FROM model_relations AS r
    INNER JOIN stars AS s ON s.table_name = 'model_relations'
    INNER JOIN statement_bits AS a ON a.table_name = 'model_relations' AND a.name = 'model_relations'
    LEFT JOIN statement_bits AS b ON b.table_name = 'model_relations' AND b.name = r.relation
    UNION ALL
    SELECT d.model_id, TRUE AS is_own, TRUE AS is_number, b.bit AS bits
    FROM model_datasets AS d
    INNER JOIN statement_bits AS b ON b.table_name = 'model_datasets' AND b.name = 'model_datasets'
    UNION ALL
    SELECT l.model_id, TRUE AS is_own, TRUE AS is_number, b.bit AS bits
    FROM model_languages AS l
    INNER JOIN statement_bits AS b ON b.table_name = 'model_languages' AND b.name = 'model_languages'
    UNION ALL
    SELECT q.model_id, TRUE AS is_own, TRUE AS is_number, s.bit AS bits
    FROM quantized_files AS q
    INNER JOIN stars AS s ON s.table_name = 'quantized_files'
    UNION ALL
    SELECT p.model_id, TRUE AS is_own, TRUE AS is_number, s.bit AS bits
    FROM run_printings AS p
    INNER JOIN stars AS s ON s.table_name = 'run_printings'
    UNION ALL
    SELECT m.model_id, TRUE AS is_own, TRUE AS is_number,
        CASE WHEN c.card_status NOT IN ('empty', 'not_text') THEN r.bit ELSE 0 END
        | CASE WHEN m.license IS NOT NULL THEN l.bit ELSE 0 END
        | CASE WHEN m."library_name" IS NOT NULL THEN b.bit ELSE 0 END
        | CASE WHEN m.pipeline_tag IS NOT NULL THEN t.bit ELSE 0 END AS bits
    FROM models AS m
    INNER JOIN stars AS r ON r.table_name = 'card_readings'
    INNER JOIN statement_bits AS l ON l.table_name = 'models' AND l.name = 'license'
    INNER JOIN statement_bits AS b ON b.table_name = 'models' AND b.name = 'library_name'
    INNER JOIN statement_bits AS t ON t.table_name = 'models' AND t.name = 'pipeline_tag'
    LEFT JOIN card_readings AS c ON c.model_id = m.model_id
)

SELECT
    s.model_id,
    bit_or(s.bits) AS told,
    bit_or(CASE WHEN s.is_own THEN s.bits ELSE 0 END) AS told_own,
    bit_or(CASE WHEN s.is_own AND s.is_number THEN s.bits ELSE 0 END) AS told_numbers
FROM said AS s
GROUP BY s.model_id
