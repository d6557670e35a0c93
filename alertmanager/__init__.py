"""Layer 1: alert and recording rules, routing and scrape configuration, from values to YAML.

rule.py        Alert, Record, RuleGroup: frozen values; Series and Case show an alert firing and not firing
condition.py   pure: catalog constants -> PromQL conditions that a NaN or a missed scrape cannot fool
rules/         one module per component with RECORDS and ALERTS; discovered
routes.py      whom Alertmanager tells, how often, and what mutes what
unit_test.py   pure: the cases of a group -> promtool's unit test
check.py       pure: refuses unknown metrics, alerts without a test, tests without an alert
compile.py     pure: endpoints and timing -> every file's text
generated/     what `make gen` wrote
"""
