# Slicer writes <extension>Config.cmake here. What others build against does not concern this extension.
