"""Statements: one function each, plain values in, frozen values out."""
