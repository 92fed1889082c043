-- Question: How complete are cards, by the tool that wrote them and by year?
-- Theme: coverage
-- Grain: one row per writer and year in which the repo was created
-- Reads: models, repo_statements, statement_bits, sampling_frames
-- Columns:
--   card_generator: the tool that wrote the card; NULL if there is no card
--   year: year in which the repo was created; NULL if unknown
--   n_runs: repos counted (here a repo is the unit)
--   n_groups: authors among them
--   n_copies_excluded: always 0: a copy's card is a card
--   enough_data: whether there are as many authors as minimum_authors asks
--   reason: why the numbers are thin; NULL if they are not
--   with_license: share that states a licence
--   with_base_model: share that names a parent
--   with_datasets: share that names a data set
--   with_settings: share that states a training setting
--   with_results: share that states a result
--   with_versions: share that states a library version
--   median_bytes: median size of the card
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_authors: authors below which there is not enough data
-- Caveats: licence, parents and data sets may come from the Hub instead of the card; repos without a card have rows of
--   their own (card_generator is NULL) and are no part of frame_used
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_authors
),

bits AS (
    SELECT
        max(CASE WHEN b.table_name = 'card_readings' AND b.name = '*' THEN b.bit END) AS readable,
        max(CASE WHEN b.table_name = 'model_relations' AND b.name = '*' THEN b.bit END) AS parent,
        max(CASE WHEN b.table_name = 'model_datasets' AND b.name = 'model_datasets' THEN b.bit END) AS dataset,
        max(CASE WHEN b.table_name = 'hyperparameters' AND b.name = '*' THEN b.bit END) AS setting,
        max(CASE WHEN b.table_name = 'eval_metrics' AND b.name = '*' THEN b.bit END) AS result,
        max(CASE WHEN b.table_name = 'framework_versions' AND b.name = '*' THEN b.bit END) AS version
    FROM statement_bits AS b
),

marked AS (
    SELECT
        m.card_generator, year(m.created_at) AS year, m.author, m.license, m.card_bytes,
        coalesce(s.told & b.readable, 0) <> 0 AS is_readable,
        coalesce(s.told & b.parent, 0) <> 0 AS has_parent,
        coalesce(s.told & b.dataset, 0) <> 0 AS has_dataset,
        coalesce(s.told & b.setting, 0) <> 0 AS has_setting,
        coalesce(s.told & b.result, 0) <> 0 AS has_result,
        coalesce(s.told & b.version, 0) <> 0 AS has_version
    FROM models AS m
    CROSS JOIN given AS g
    CROSS JOIN bits AS b
    LEFT JOIN repo_statements AS s ON s.model_id = m.model_id
    WHERE fits(g.generator, m.card_generator)
),

used AS (
    SELECT count(CASE WHEN k.is_readable THEN 1 END) AS n FROM marked AS k
),

counted AS (
    SELECT
        k.card_generator, k.year,
        count(*) AS n_runs,
        count(DISTINCT k.author) AS n_groups,
        avg(CASE WHEN k.license IS NOT NULL THEN 1.0 ELSE 0.0 END) AS with_license,
        avg(CASE WHEN k.has_parent THEN 1.0 ELSE 0.0 END) AS with_base_model,
        avg(CASE WHEN k.has_dataset THEN 1.0 ELSE 0.0 END) AS with_datasets,
        avg(CASE WHEN k.has_setting THEN 1.0 ELSE 0.0 END) AS with_settings,
        avg(CASE WHEN k.has_result THEN 1.0 ELSE 0.0 END) AS with_results,
        avg(CASE WHEN k.has_version THEN 1.0 ELSE 0.0 END) AS with_versions,
        median(k.card_bytes) AS median_bytes
    FROM marked AS k
    GROUP BY k.card_generator, k.year
)

SELECT
    c.card_generator,
    c.year,
    c.n_runs,
    c.n_groups,
    0 AS n_copies_excluded,
    too_few(c.n_groups, g.minimum_authors, 'author') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_authors, 'author') AS reason,
    c.with_license,
    c.with_base_model,
    c.with_datasets,
    c.with_settings,
    c.with_results,
    c.with_versions,
    c.median_bytes,
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
    ON f.frame = 'card' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.n_runs DESC, c.card_generator NULLS LAST, c.year NULLS LAST
