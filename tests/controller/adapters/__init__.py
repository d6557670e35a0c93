"""The adapters: all IO of the controller, against real files, servers and clocks."""
