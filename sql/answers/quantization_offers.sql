-- Question: Which quantizations are offered, and how large are they for their bits?
-- Theme: quantization
-- Grain: one row per method and bits per weight
-- Reads: quantized_files, models
-- Columns:
--   method: gptq, awq, exl2, or the GGUF type; NULL if none is stated
--   bits: bits per weight as stated; NULL if not stated
--   n_runs: repos that offer it (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: always 0: the offers are the copies
--   enough_data: whether there are 5 authors or more
--   reason: why the numbers are thin; NULL if they are not
--   n_files: files or branches
--   n_with_size: of these, with a size
--   median_gigabytes: median size in 10^9 bytes
--   median_bits_per_parameter: median of size in bits per parameter of the repo's own weights, where both are known
-- Caveats: sizes are those of models of all sizes: compare bits per parameter, not gigabytes
WITH offers AS (
    SELECT
        q.method, finite(q.bits) AS bits, q.model_id, m.author, q.size_bytes,
        CASE WHEN m.parameters > 0 AND q.size_bytes > 0 THEN 8.0 * q.size_bytes / m.parameters END AS bits_per_parameter
    FROM quantized_files AS q
    INNER JOIN models AS m ON m.model_id = q.model_id
),

counted AS (
    SELECT
        o.method, o.bits,
        count(DISTINCT o.model_id) AS n_runs, count(DISTINCT o.author) AS n_groups,
        count(*) AS n_files, count(o.size_bytes) AS n_with_size,
        median(o.size_bytes) / 1e9 AS median_gigabytes,
        median(o.bits_per_parameter) AS median_bits_per_parameter
    FROM offers AS o
    GROUP BY o.method, o.bits
)

SELECT
    c.method,
    c.bits,
    c.n_runs,
    c.n_groups,
    0 AS n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' authors') END AS reason,
    c.n_files,
    c.n_with_size,
    c.median_gigabytes,
    c.median_bits_per_parameter
FROM counted AS c
ORDER BY c.n_runs DESC, c.method NULLS LAST, c.bits NULLS LAST
