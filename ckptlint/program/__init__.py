"""What the code means: names, classes, flow, origins, effects, and Earth2Studio's API.

Rules ask questions of a `Module`; nothing here knows of rules, findings or settings.
"""
