-- Question: which served cards has this reader not read?
-- Reads: models, card_readings
-- Blocking: yes
SELECT m.model_id, m.card_blob
FROM models AS m
ANTI JOIN card_readings AS r ON r.model_id = m.model_id AND r.card_blob = m.card_blob
WHERE m.card_blob IS NOT NULL
ORDER BY m.model_id
