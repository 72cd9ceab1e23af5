"""CKP3xx: sessions and workflows."""
