"""Measures with goals: `python -m tests.benchmarks [NAME ...]`."""
