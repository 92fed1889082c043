-- Question: Which schedulers, optimizers and precisions are used, by year?
-- Theme: settings
-- Grain: one row per setting, year and value
-- Reads: run_choices, sampling_frames
-- Columns:
--   setting: lr_scheduler_type, optimizer or precision
--   year: year in which the repo was created; NULL if unknown
--   value: the value as stated, in lower case, words joined by _
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   share_of_runs: of the runs of that year that state the setting, the share with this value
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   method: training method: dpo, kto, orpo, ...; all if NULL
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_groups: groups below which there is not enough data
-- Caveats: up to transformers 4.45 the Trainer's card says adam whatever the optimizer, and it never shows bf16:
--   a rise of adamw or bf16 is partly a change of the card; native_amp is the Trainer's fp16; a value that is a number
--   or longer than 80 letters is left out as a slip; the frame and frame_used are those of the setting
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

chosen AS (
    SELECT h.setting, h.value, year(h.created_at) AS year, h.model_id, h.group_id, h.n_printings
    FROM run_choices AS h
    CROSS JOIN given AS g
    WHERE fits(g.method, h.training_method)
        AND fits(g.base, h.base_model)
        AND fits(g.generator, h.card_generator)
),

used AS (
    SELECT s.setting, count(DISTINCT s.model_id) AS n FROM chosen AS s GROUP BY s.setting
),

counted AS (
    SELECT
        s.setting, s.year, s.value,
        count(*) AS n_runs,
        count(DISTINCT s.group_id) AS n_groups,
        CAST(sum(s.n_printings - 1) AS BIGINT) AS n_copies_excluded
    FROM chosen AS s
    GROUP BY s.setting, s.year, s.value
)

SELECT
    c.setting,
    c.year,
    c.value,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.n_runs / nullif(CAST(sum(c.n_runs) OVER (PARTITION BY c.setting, c.year) AS DOUBLE), 0) AS share_of_runs,
    f.frame_listed,
    f.frame_fetched,
    f.frame_readable,
    f.frame_can_state,
    f.frame_stated,
    u.n AS frame_used
FROM counted AS c
INNER JOIN used AS u ON u.setting = c.setting
CROSS JOIN given AS g
INNER JOIN sampling_frames AS f
    ON f.frame = c.setting AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.setting, c.year NULLS LAST, c.n_runs DESC, c.value
