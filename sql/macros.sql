-- Guards for numbers. NaN, infinities, zero and -1 are expected everywhere; DuckDB 1.4 raises where 2.0 answers NaN,
-- so a value is tested before it is used, and CASE keeps the order.

-- The number, or NULL where it is NaN or infinite.
CREATE MACRO finite(x) AS CASE WHEN isfinite(CAST(x AS DOUBLE)) THEN CAST(x AS DOUBLE) END;

-- The decimal logarithm, or NULL where there is none.
CREATE MACRO log10_or_null(x) AS CASE WHEN finite(x) > 0 THEN log10(finite(x)) END;

-- The number, or NULL where it is not finite or so large that its square is not (DuckDB 1.4 raises on the variance).
CREATE MACRO bounded(x) AS CASE WHEN abs(finite(x)) < 1e100 THEN finite(x) END;

-- A run's margin of chosen over rejected as it ended: the headline's, or where there is none the last log row's.
CREATE MACRO final_margin(headline, last_logged) AS bounded(coalesce(headline, last_logged));

-- A run's reward accuracy as it ended, as a fraction; NULL where it is none (people print percentages too).
CREATE MACRO final_accuracy(headline, last_logged) AS CASE
    WHEN finite(coalesce(headline, last_logged)) BETWEEN 0 AND 1 THEN coalesce(headline, last_logged)
END;

-- A text as it is compared: no outer spaces or quotes, lower case.
CREATE MACRO folded(x) AS lower(trim(trim(x), '"''`'));

-- Who owns a repo: what stands before the slash of its id; NULL where there is none.
CREATE MACRO owner_of(repo) AS CASE WHEN contains(repo, '/') THEN split_part(repo, '/', 1) END;

-- A repo's id without its owner.
CREATE MACRO name_of(repo) AS substr(repo, strpos(repo, '/') + 1);

-- A version as a number that sorts, major times 1000 plus minor; NULL where no number stands in it.
CREATE MACRO version_rank(x) AS TRY_CAST(regexp_extract(x, '(\d+)', 1) AS BIGINT) * 1000
+ coalesce(TRY_CAST(regexp_extract(x, '\d+\.(\d+)', 1) AS BIGINT), 0);

-- Whether a parameter of an answer lets a word pass: not given, or the word in any case.
CREATE MACRO fits(wanted, found) AS wanted IS NULL OR lower(wanted) = lower(found);

-- Whether a word is no name of a data set that another card can mean, too: what loads files of one's own (the packaged
-- builders of the library datasets), a word for nothing, an average, a split, a kind of entity, a polarity, a number.
CREATE MACRO is_no_data_set(x) AS regexp_full_match(lower(trim(x)), concat_ws(
    '|',
    '(image|audio|video|pdf|nifti)_?folder|generator|csv|jsonl?|te?xt|parquet|arrow|pandas|webdataset|sql|xml|hdf5',
    'unknown|custom|private|internal|own|default|none|null|nan|n/?a|datasets?|data',
    '(my|custom|private|own)[ _-]?dataset',
    '(macro|micro|weighted|samples?)[ _-]?(avg\.?|average|mean)?|avg\.?|average|mean|all|overall|global|total|accuracy',
    '(train(ing)?|dev(elopment)?|valid(ation)?|val|eval(uation)?|test(ing)?)([ _-]?(set|data|split))?',
    '([bi]-)?(loc(ation)?|per(son)?|org(ani[sz]ation)?|misc(ellaneous)?|gpe|date|time|money|percent)|o',
    'positive|negative|neutral|yes|no|true|false',
    '(class|label)?[ _-]?\d+',
    'with(out)? .*'
));

-- Half a unit of the last digit with which a number is printed, 0.0005 of '0.003': so much may rounding have changed
-- it by. 0 of a text that is not one plain number.
CREATE MACRO rounded_by(x) AS CASE
    WHEN regexp_full_match(x, '[-+]?\d*\.?\d+([eE][-+]?\d{1,2})?\s?%?')
        THEN 0.5 * pow(
            10, coalesce(TRY_CAST(regexp_extract(x, '[eE]([-+]?\d+)', 1) AS BIGINT), 0)
            - length(regexp_extract(x, '\.(\d+)', 1))
        )
    ELSE 0
END;

-- Why a number stands on too little; NULL if it does not.
CREATE MACRO too_few(n, minimum, thing) AS CASE
    WHEN n = 0 THEN concat('no ', thing)
    WHEN n < minimum
        THEN concat('only ', n, ' ', thing, CASE WHEN n = 1 THEN '' ELSE 's' END, ' (', minimum, ' are needed)')
END;

-- The reason why an effect within groups would be that of a few of them.
CREATE MACRO too_few_vary(n, minimum, setting) AS CASE
    WHEN n < minimum
        THEN concat(
            'only ', n, CASE WHEN n = 1 THEN ' group varies its ' ELSE ' groups vary their ' END, setting,
            ' (', minimum, ' are needed)'
        )
END;

-- The repos as they stood at a moment, read by this reader: the card's status and what the card said of itself, the
-- Hub's own word as last listed by then, the counters as last counted. What was not yet known is absent; what is gone
-- says so in card_status. Nothing but the counters changes from valid_from up to, but without, valid_to.
CREATE MACRO models_as_of(moment) AS TABLE
WITH cards AS (
    SELECT model_id, valid_from, valid_to, card_status, card_blob
    FROM main.card_states
    WHERE valid_from <= CAST(moment AS TIMESTAMP) AND (valid_to IS NULL OR valid_to > CAST(moment AS TIMESTAMP))
),

listed AS (
    SELECT
        model_id, valid_from, valid_to, created_at, last_modified, gated, disabled, library_name, pipeline_tag,
        license, parameters
    FROM main.listing_states
    WHERE valid_from <= CAST(moment AS TIMESTAMP) AND (valid_to IS NULL OR valid_to > CAST(moment AS TIMESTAMP))
),

counted AS (
    SELECT
        p.model_id,
        max(ROW(
            coalesce(c.source IN ('hub', 'sample'), TRUE), p.listed_at, p.crawl_id, p.downloads, p.downloads_all_time,
            p.likes
        )) AS last
    FROM main.popularity AS p
    LEFT JOIN main.crawl_runs AS c ON c.crawl_id = p.crawl_id
    WHERE p.listed_at <= CAST(moment AS TIMESTAMP)
    GROUP BY p.model_id
)

SELECT
    coalesce(l.model_id, s.model_id) AS model_id,
    owner_of(coalesce(l.model_id, s.model_id)) AS author,
    name_of(coalesce(l.model_id, s.model_id)) AS name,
    coalesce(s.card_status, CASE WHEN l.disabled THEN 'disabled' ELSE 'not_fetched' END) AS card_status,
    s.card_blob,
    greatest(l.valid_from, s.valid_from) AS valid_from,
    least(l.valid_to, s.valid_to) AS valid_to,
    r.card_title,
    r.card_generator,
    r.card_generator_version,
    coalesce(r.license, l.license) AS license,
    coalesce(r."library_name", l."library_name") AS library_name,
    coalesce(r.pipeline_tag, l.pipeline_tag) AS pipeline_tag,
    l.created_at,
    l.last_modified,
    l.gated,
    l.parameters,
    greatest(l.valid_from, c.last[2]) AS listed_at,
    c.last[4] AS downloads,
    c.last[5] AS downloads_all_time,
    c.last[6] AS likes
FROM listed AS l
FULL JOIN cards AS s ON s.model_id = l.model_id
LEFT JOIN counted AS c ON c.model_id = coalesce(l.model_id, s.model_id)
LEFT JOIN history.card_readings AS r ON r.model_id = s.model_id AND r.card_blob = s.card_blob;
