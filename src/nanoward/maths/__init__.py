"""Numbers without medicine: sequences, nulls, Bayes, sequential tests, optimisation."""
