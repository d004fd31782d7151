"""Tests of what databases share that are servers."""
