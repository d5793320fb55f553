"""The training contract: partners, funders, certifications, tracks, cohorts and enrolments."""
