"""Commands that use the embedded server, for the tests of its package."""
