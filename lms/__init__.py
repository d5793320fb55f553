"""The floor and the roof of the academy: what every app stands on, and what composes them all."""
