"""Rules about the version of Earth2Studio's API."""
