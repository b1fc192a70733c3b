"""Letters as PDF: one template of ours, filled with plain data. A leaf, and nothing that a person typed is ever source.

`markdown` reads a text of the team with its fill-ins into blocks, `paper` says what a letter holds, `logo` draws the
municipality's logo anew, and `press` prints: in a process of its own with bounds on memory, processor and pages.
"""
