"""The flow of control of one scope: its graph, a solver over it, paths and dominance in it."""
