# The suites above the unit tests, one line each; read by run.sh.
suite town tests/town/run.sh
