"""MuscleSeg's library: everything that is true without a window.

An image goes in, named muscles come out, a person corrects them, numbers are tabulated. The rooms of that path, ground
floor first: ``anatomy`` and ``volume``; ``networks``; ``bundle`` and ``biomarkers``; ``inference`` and ``training``;
``report``; ``cli``. Importing this package imports none of them.
"""

__version__ = "0.1.0"
