"""The stack on this machine: finds the servers, plans the processes, starts, watches and stops them.

checkout.py   where the source tree is
servers.py    finds Prometheus and Alertmanager; fetch.py fetches them when they are missing,
              relocate.py makes them work from where they are
layout.py     the paths below a state folder
plan.py       pure: endpoints, layout and servers -> what to run, in start order
files.py      writes the configuration files which the plan refers to
ports.py      is a port free, who holds it, which are free
proc.py       /proc: identity of a process, holder of a port
locks.py      a lock between processes
signals.py    holds back Ctrl-C while a process is started and recorded
launch.py     a script: becomes the program, detached or tied to its parent's life
processes.py  starts one process and waits for its health; stops it
running.py    the attached stack of the demo and the tests
state.py      processes.json: which process is ours
native.py     up, down and status of the detached stack
compose.py    pure: the same plan as a Compose file
"""
