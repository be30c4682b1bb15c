"""The parts of ``scripts/benchmark.py``: the systems that are compared, how they are measured, and how the result is written."""
