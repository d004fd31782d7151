"""The machinery's own tests, and the proof of your revisions; they change with the template."""
