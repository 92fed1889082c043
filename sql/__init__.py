"""SQL that judges: `build` (what is served), `base` (single things), `answers` (questions), `checks` (what must not be).

No code here: `warehouse.sql_files` reads these files, `warehouse.database` runs them.
"""
