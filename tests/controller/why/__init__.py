"""Why a parameter is at its value."""
