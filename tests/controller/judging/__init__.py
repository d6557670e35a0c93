"""Tests of the judge as a service."""
