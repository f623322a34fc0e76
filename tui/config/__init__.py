"""Settings: from flags, environment variables and a file to one frozen value."""
