"""Public kit for tests: fakes of every port, and the conformance suites."""
