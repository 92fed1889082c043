"""The only door to the network: what the Hub lists, the cards it serves, and how politely it is asked.

- `client`     one request: bounded in time and size, paced, repeated where that helps, counted
- `pace`       quotas of requests by resource, as the server's own headers tell them; budgets; waiting
- `listing`    pages of the Hub's API, whatever the server does to them
- `rows`       a row of the API, untouched, read as far as a crawl needs (pure)
- `fetching`   one card at one commit, checked against its ETag
- `known`      what earlier runs have seen
- `comparing`  what a listed repo needs: nothing, a note, a request; `backlog` what earlier runs left over
- `recording`  shards of raw rows, durable as they come
- `ledger`     a row for every run, however it ends; `checkpoint` where an unfinished listing stands
- `crawl`      the run: list, compare, fetch, record
- `estimate`   what a crawl would cost, how far the crawling has come
- `forgetting` repos and owners erased, and kept from coming back
- `saved`      the same raw rows from disk: `folders`, `dumps`
- `sample`     the bundled loopback hub

What must not move in: what a card says (`etl.cards`, `etl.reading`), any table but the raw ones.
"""
