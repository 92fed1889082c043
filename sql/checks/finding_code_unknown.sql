-- Question: which codes of findings does finding_codes not explain?
-- Reads: findings, finding_codes
-- Blocking: no
SELECT f.code, min(f.model_id) AS model_id
FROM findings AS f
ANTI JOIN finding_codes AS c ON c.code = f.code
GROUP BY f.code
ORDER BY f.code
