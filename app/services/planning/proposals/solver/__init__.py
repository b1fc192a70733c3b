"""The solver: from what is needed and who can, to a plan. It knows no database and nothing of the portal.

The portal imports its types (`instance`, `wire`, `weights`); a process of its own (`proposals/solver_child.py`) imports
`search` and with it HiGHS and numpy. So its modules import each other only, by relative names.
"""
