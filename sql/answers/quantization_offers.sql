-- Question: Which quantizations are offered, and how large are they for their bits?
-- Theme: quantization
-- Grain: one row per method and bits per weight
-- Reads: quantized_files, models, parents, sampling_frames
-- Columns:
--   method: gptq, awq, exl2, or the GGUF type in capitals; NULL if none is stated
--   bits: bits per weight as stated, else the digit in the GGUF type's name; NULL if neither
--   n_runs: repos that offer it (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: always 0: the offers are the copies
--   enough_data: whether there are as many authors as minimum_authors asks
--   reason: why the numbers are thin; NULL if they are not
--   n_files: files or branches
--   n_with_size: of these, with a size
--   median_gigabytes: median size in 10^9 bytes
--   n_with_parameters: of the files with a size, those whose number of weights is known
--   median_bits_per_parameter: median of size in bits per parameter of the original, where both are known
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   method_of_quantization: gptq, awq, Q4_K_M, ... in any case; all if NULL
--   minimum_authors: authors below which there is not enough data
-- Caveats: sizes are those of models of all sizes: compare bits per parameter, not gigabytes; the number of weights is
--   the one original's as the Hub counts it, else what its name or the repo's says (7B, 1.1B, 350M; 8x7B tells none),
--   else the Hub's count for the quantized repo where that is a GGUF (packed formats are counted too low)
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method_of_quantization,
        5 AS minimum_authors
),

originals AS (
    SELECT
        p.model_id, max(o.parameters) AS parameters, min(p.parent_id) AS parent_id
    FROM parents AS p
    LEFT JOIN models AS o ON o.model_id = p.parent_id
    WHERE p.relation = 'quantized'
    GROUP BY p.model_id
    HAVING count(*) = 1
),

named AS (
    SELECT
        m.model_id, m.author, o.parameters AS original_parameters, m.parameters AS own_parameters,
        regexp_extract(
            lower(concat(coalesce(o.parent_id, ''), ' ', m.name)),
            '(^|[^0-9a-z.])([0-9]+([.][0-9]+)?[bm])($|[^a-z0-9])', 2
        ) AS size_in_name
    FROM models AS m
    SEMI JOIN quantized_files AS q ON q.model_id = m.model_id
    LEFT JOIN originals AS o ON o.model_id = m.model_id
),

counts AS (
    SELECT
        n.model_id, n.author, n.own_parameters,
        coalesce(
            CASE WHEN n.original_parameters > 0 THEN CAST(n.original_parameters AS DOUBLE) END,
            TRY_CAST(replace(replace(n.size_in_name, 'b', 'e9'), 'm', 'e6') AS DOUBLE)
        ) AS parameters
    FROM named AS n
),

offers AS (
    SELECT
        CASE WHEN regexp_matches(q.method, '^(?i)(i?q\d|tq\d|f16|f32|bf16)') THEN upper(q.method) ELSE q.method END
            AS method,
        coalesce(
            finite(q.bits), TRY_CAST(regexp_extract(lower(q.method), '^(?:i?q|tq)(\d)', 1) AS DOUBLE)
        ) AS bits,
        q.model_id, c.author,
        CASE WHEN q.size_bytes > 0 THEN q.size_bytes END AS size_bytes,
        coalesce(
            c.parameters,
            CASE WHEN c.own_parameters > 0 AND regexp_matches(q.method, '^(?i)(i?q\d|tq\d)') THEN c.own_parameters END
        ) AS parameters
    FROM quantized_files AS q
    INNER JOIN counts AS c ON c.model_id = q.model_id
),

asked AS (
    SELECT
        o.method, o.bits, o.model_id, o.author, o.size_bytes,
        CASE WHEN o.parameters > 0 THEN 8.0 * o.size_bytes / o.parameters END AS bits_per_parameter
    FROM offers AS o
    CROSS JOIN given AS g
    WHERE fits(g.method_of_quantization, o.method)
),

used AS (
    SELECT count(DISTINCT a.model_id) AS n FROM asked AS a
),

counted AS (
    SELECT
        a.method, a.bits,
        count(DISTINCT a.model_id) AS n_runs, count(DISTINCT a.author) AS n_groups,
        count(*) AS n_files, count(a.size_bytes) AS n_with_size,
        median(a.size_bytes) / 1e9 AS median_gigabytes,
        count(a.bits_per_parameter) AS n_with_parameters,
        median(a.bits_per_parameter) AS median_bits_per_parameter
    FROM asked AS a
    GROUP BY a.method, a.bits
)

SELECT
    c.method,
    c.bits,
    c.n_runs,
    c.n_groups,
    0 AS n_copies_excluded,
    too_few(c.n_groups, g.minimum_authors, 'author') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_authors, 'author') AS reason,
    c.n_files,
    c.n_with_size,
    c.median_gigabytes,
    c.n_with_parameters,
    c.median_bits_per_parameter,
    f.frame_listed,
    f.frame_fetched,
    f.frame_readable,
    f.frame_can_state,
    f.frame_stated,
    u.n AS frame_used
FROM counted AS c
CROSS JOIN given AS g
CROSS JOIN used AS u
INNER JOIN sampling_frames AS f
    ON f.frame = 'quantized file' AND f.card_generator = '*'
ORDER BY c.n_runs DESC, c.method NULLS LAST, c.bits NULLS LAST
