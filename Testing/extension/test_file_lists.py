"""Every file that has to be packaged is in a list of a CMakeLists.txt, and every list names files that exist."""

import shutil
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest
