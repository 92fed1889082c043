-- Question: on which cards did the reader itself fail?
-- Reads: findings
-- Blocking: yes
SELECT f.model_id, f.card_blob, f.excerpt
FROM findings AS f
WHERE f.code = 'reader_crashed'
ORDER BY f.model_id
