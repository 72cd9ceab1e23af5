"""Earth2Studio's checkpoint API by version: which one a project uses, and what it lacks."""
