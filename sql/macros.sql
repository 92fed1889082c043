-- Guards for numbers. NaN, infinities, zero and -1 are expected everywhere; DuckDB 1.4 raises where 2.0 answers NaN,
-- so a value is tested before it is used, and CASE keeps the order.

-- The number, or NULL where it is NaN or infinite.
CREATE MACRO finite(x) AS CASE WHEN isfinite(CAST(x AS DOUBLE)) THEN CAST(x AS DOUBLE) END;

-- The decimal logarithm, or NULL where there is none.
CREATE MACRO log10_or_null(x) AS CASE WHEN finite(x) > 0 THEN log10(finite(x)) END;

-- The number, or NULL where it is not finite or so large that its square is not (DuckDB 1.4 raises on the variance).
CREATE MACRO bounded(x) AS CASE WHEN abs(finite(x)) < 1e100 THEN finite(x) END;

-- A text as it is compared: no outer spaces or quotes, lower case.
CREATE MACRO folded(x) AS lower(trim(trim(x), '"''`'));

-- A version as a number that sorts, major times 1000 plus minor; NULL where no number stands in it.
CREATE MACRO version_rank(x) AS TRY_CAST(regexp_extract(x, '(\d+)', 1) AS BIGINT) * 1000
+ coalesce(TRY_CAST(regexp_extract(x, '\d+\.(\d+)', 1) AS BIGINT), 0);

-- Whether a parameter of an answer lets a word pass: not given, or the word in any case.
CREATE MACRO fits(wanted, found) AS wanted IS NULL OR lower(wanted) = lower(found);

-- Why a number stands on too little; NULL if it does not.
CREATE MACRO too_few(n, minimum, thing) AS CASE
    WHEN n = 0 THEN concat('no ', thing)
    WHEN n < minimum
        THEN concat('only ', n, ' ', thing, CASE WHEN n = 1 THEN '' ELSE 's' END, ' (', minimum, ' are needed)')
END;

-- The repos as they stood at a moment: the card's status and blob, and what the card said of itself.
CREATE MACRO models_as_of(moment) AS TABLE
SELECT
    s.model_id, s.card_status, s.card_blob, s.valid_from, s.valid_to, r.card_title, r.card_generator,
    r.card_generator_version, r.license, r.library_name, r.pipeline_tag
FROM main.card_states AS s
LEFT JOIN history.card_readings AS r ON r.model_id = s.model_id AND r.card_blob = s.card_blob
WHERE s.valid_from <= CAST(moment AS TIMESTAMP) AND (s.valid_to IS NULL OR s.valid_to > CAST(moment AS TIMESTAMP));
