"""Hours and proofs: what was planned, what was credited and why, and the papers that say so."""
