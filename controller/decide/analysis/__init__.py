"""Analysis before a change is proposed: what the KPIs of the control arm say, in findings with their confidence.

quality.py        what is wrong with a window, and what is left of it
season.py         what the hour of the day explains, taken out
noise.py          how much the rest scatters and for how long a deviation lasts
trend.py          whether it rises or falls
level.py          where it stands against goal, limit and band
study.py          all of that for one KPI
opportunity.py    which KPI is worth a change first
analyse.py        all KPIs together, in findings and in words
"""
