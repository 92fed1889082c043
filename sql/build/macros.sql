-- A number that is greater the later something was said: the Hub's word before a dump's, then the source's own time,
-- then the crawl's place among all crawls (crawl_turns). One number, because the greatest of rows costs five times as
-- much. It leaves the last ten digits free; no date, were it in the year 9999, outweighs the Hub's word.
CREATE TEMP MACRO place_in_time(source, moment, turn) AS
CASE WHEN source IN ('hub', 'sample') THEN CAST(100000000000000000000000000000000000000 AS HUGEINT) ELSE 0 END
+ CAST(epoch_us(moment) AS HUGEINT) * CAST(10000000000000000000 AS HUGEINT)
+ CAST(turn AS HUGEINT) * CAST(100000000000 AS HUGEINT);
