"""Pictures of answers: declared beside their SQL, filled with an answer's rows, drawn as SVG and PNG.

`files` reads the declarations; `pictures` (with `words`, `marks` and `axes`) decides what is drawn and what is said of
what is not; `drawing` (with `parts`, `plane` and `rows`) draws it, and is the only part that knows Altair.
"""
