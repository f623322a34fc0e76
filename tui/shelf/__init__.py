"""The last list of a company, kept on disk from one run to the next."""
