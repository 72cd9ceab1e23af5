"""What `verify` found, as text, JSON, JUnit, SARIF and pictures, one module each."""
