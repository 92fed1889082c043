"""Every limit of the card parser. Reaching one is a note in the card; what was read before it is kept."""

MAX_CARD_CHARACTERS = 4_000_000
"""The longest real card of 11,490 has 757,704 bytes (2026-11-20); beyond this the rest is not read."""

MAX_LINE_CHARACTERS = 400_000
"""A longer line is cut: flattened cards reach 120,000 characters, a million pipes in a row are no table."""

MAX_FRONT_MATTER_CHARACTERS = 1_000_000
MAX_YAML_DEPTH = 100
"""PyYAML's C composer overflows the C stack at about 25,000 levels; depth is counted on the event stream instead."""

MAX_YAML_NODES = 200_000
MAX_YAML_ALIASES = 1_000
"""An alias is expanded to the node it names; a bomb of aliases of aliases counts every node it would make."""

MAX_TABLE_ROWS = 20_000
MAX_TABLE_COLUMNS = 400
MAX_HTML_SPAN = 100
MAX_CONTINUED_CELL_CHARACTERS = 2_000
"""A cell that goes on over lines ends at this length."""

MAX_OPEN_CELL_CHARACTERS = 50_000
"""A cell that ends inside brackets goes on for no more than this; a printed network has 15,000."""

MAX_INLINE_CHARACTERS = 20_000
"""Longer texts keep their markup: nobody writes a name or a value of that length."""
