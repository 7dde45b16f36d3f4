"""A store held against its chain: openings, figures, proofs; and what does not fit mended."""
