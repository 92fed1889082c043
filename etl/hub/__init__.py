"""The only door to the network: what the Hub lists, the cards it serves, and how politely it is asked.

- `client`     one request: bounded in time and size, paced, repeated where that helps, counted
- `pace`       quotas of requests by resource, as the server's own headers tell them; budgets; waiting
- `listing`    pages of the Hub's API, rows untouched
- `fetching`   one card at one commit, checked against its ETag
- `known`      what earlier runs have seen
- `recording`  shards of raw rows, durable as they come
- `crawl`      the run: list, compare, fetch, record
- `saved`      the same raw rows from a folder or a bulk dump
- `sample`     the bundled loopback hub

What must not move in: what a card says (`etl.cards`, `etl.reading`), any table but the raw ones.
"""
