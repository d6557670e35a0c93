"""The reference service, module by module."""
