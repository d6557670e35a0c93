"""Golden cases: fixed questions to a service's selection code, in any language, with what its answers must be.

    case.py, load.py             what a case is; reading a file or a folder of them
    judge.py, diff.py            an answer held against its expectation (pure)
    subject.py                   who answers: a callable, a command (lines.py) or an endpoint (endpoint.py)
    pool.py, asker.py, run.py    asking in parallel, within time; cases in, report out
    cache.py, identity.py        answers that need not be asked for again
    baseline.py, junit.py, coverage.py, gaps.py, generate.py, regenerate.py: around the cases

docs/golden.md describes it for users.
"""
