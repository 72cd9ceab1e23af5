"""CKP2xx: saving."""
