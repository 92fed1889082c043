"""What runs: from the Hub to the tables.

    listing -> raw -> card -> reading -> tables -> warehouse -> answers -> releases

Each station reads only what stands left of it, and only `listing` and `raw` need a network:

- `etl.hub`      listing and raw: the only door to the network, and the bundled sample hub
- `etl.cards`    bytes -> Card: repair, front matter, blocks with line numbers (pure)
- `etl.reading`  Card -> rows: what the card states, about whom, from which line (pure)
- `etl.tables`   the loop over raw cards that nobody has read yet (`etl.unread`), by several processes (`etl.workers`);
                 writes through `warehouse.lake`
- `warehouse`    what is kept and served; it never imports `etl`

No code here.
"""
