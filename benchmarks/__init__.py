"""What is measured, and against what: accuracy against labels and truths, speed against rivals in the same run.

Every module here is run on its own (`python -m benchmarks.NAME`); `python -m benchmarks` runs all that measure speed.
What is only to be found beside the checkout (`../shared`) is used where it is there, else the bundled sample.

What must not move in: anything that `etl` or `warehouse` needs to run.
"""
