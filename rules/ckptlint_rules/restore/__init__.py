"""CKP1xx: restoring."""
