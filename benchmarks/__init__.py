"""How fast Confab is, beside what else one might have built. `python -m benchmarks --help`."""
