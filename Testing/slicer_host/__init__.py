"""Stand-in for a Slicer application: its scene and its views, by ``slicer-core``, and its widgets, by PySide6."""
