"""Rules over sources: selection, suppression, fixes, cache, processes."""
