-- Question: which listed repos have no row in models?
-- Reads: read_listed_models, models, renames
-- Blocking: yes
SELECT DISTINCT l.model_id
FROM read_listed_models AS l
ANTI JOIN models AS m ON m.model_id = l.model_id
ANTI JOIN renames AS r ON r.old_model_id = l.model_id
ORDER BY l.model_id
