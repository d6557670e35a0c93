"""Past canaries as the journal tells them: records, why one failed, its story, patterns over many, and a report.

Everything here is pure: journal events in, values out.
"""
