"""SQL that judges: `build` (the served), `base` (single things), `answers` (questions), `checks` (what may not be).

No code here: `warehouse.sql_files` reads these files, `warehouse.building` runs them.
"""
