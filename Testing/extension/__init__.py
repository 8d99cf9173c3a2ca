"""Parts of the Slicer extension: its lists of files, its icon, and commands that a Slicer is needed for."""
