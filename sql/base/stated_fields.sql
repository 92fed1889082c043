-- Question: What does each repo state, of itself or of the original that it copies?
-- Grain: one row per repo and field stated
-- Reads: hyperparameters, eval_metrics, training_steps, framework_versions, model_relations, model_datasets,
--   model_languages, models
-- Columns:
--   model_id: the repo
--   table_name: the table the field stands in
--   name: the field's canonical name
--   is_own: whether it states it of itself, and not only reprints what its original stated
--   has_number: whether a number is stated of itself, where it has to be one
-- Caveats: what a quantized or converted copy reprints of its original is not stated of itself: filter on is_own
SELECT h.model_id, 'hyperparameters' AS table_name, h.name, bool_or(h.about <> 'reprinted') AS is_own,
    bool_or(h.value_number IS NOT NULL AND h.about <> 'reprinted') AS has_number
FROM hyperparameters AS h
GROUP BY h.model_id, h.name
UNION ALL
SELECT e.model_id, 'eval_metrics' AS table_name, e.metric AS name, bool_or(e.about <> 'reprinted') AS is_own,
    bool_or(e.value IS NOT NULL AND e.about <> 'reprinted') AS has_number
FROM eval_metrics AS e
GROUP BY e.model_id, e.metric
UNION ALL
SELECT t.model_id, 'training_steps' AS table_name, t.metric AS name, bool_or(t.about <> 'reprinted') AS is_own,
    bool_or(t.value IS NOT NULL AND t.about <> 'reprinted') AS has_number
FROM training_steps AS t
GROUP BY t.model_id, t.metric
UNION ALL
SELECT f.model_id, 'framework_versions' AS table_name, f.framework AS name, bool_or(f.about <> 'reprinted') AS is_own,
    TRUE AS has_number
FROM framework_versions AS f
GROUP BY f.model_id, f.framework
UNION ALL
SELECT r.model_id, 'model_relations' AS table_name, 'model_relations' AS name, TRUE AS is_own, TRUE AS has_number
FROM model_relations AS r
GROUP BY r.model_id
UNION ALL
SELECT d.model_id, 'model_datasets' AS table_name, 'model_datasets' AS name, TRUE AS is_own, TRUE AS has_number
FROM model_datasets AS d
GROUP BY d.model_id
UNION ALL
SELECT l.model_id, 'model_languages' AS table_name, 'model_languages' AS name, TRUE AS is_own, TRUE AS has_number
FROM model_languages AS l
GROUP BY l.model_id
UNION ALL
SELECT m.model_id, 'models' AS table_name, 'license' AS name, TRUE AS is_own, TRUE AS has_number
FROM models AS m
WHERE m.license IS NOT NULL
UNION ALL
SELECT m.model_id, 'models' AS table_name, 'library_name' AS name, TRUE AS is_own, TRUE AS has_number
FROM models AS m
WHERE m."library_name" IS NOT NULL
UNION ALL
SELECT m.model_id, 'models' AS table_name, 'pipeline_tag' AS name, TRUE AS is_own, TRUE AS has_number
FROM models AS m
WHERE m.pipeline_tag IS NOT NULL
