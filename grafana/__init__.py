"""Layer 1: dashboards, from the catalog to Grafana's JSON.

query.py      pure: catalog constants -> queries with dashboard variables
display.py    how a unit, a direction and a state look: Grafana's units, thresholds, mappings
board.py      Board, Row, Query, Link, Event: frozen values
panel.py      the panels; the only importer of grafanalib
layout.py     pure: numbers and places the panels
normalise.py  pure: what grafanalib emits -> what current Grafana stores (schemaVersion 42)
boards/       one module per dashboard with BOARD; discovered
compile.py    pure: every dashboard and provisioning file as text
generated/, provisioning/   what `make gen` wrote
"""
