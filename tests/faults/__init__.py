"""What the tests of faults share: a release to deploy, its writers, its moments, and the faults."""
