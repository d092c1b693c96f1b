"""The tests, the sample reports' script and the benchmark."""
