"""Tests of alertmanager/."""
