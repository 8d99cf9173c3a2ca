"""Transfer study: one encoder-decoder, pre-trained on six source tasks, learns muscles from a few annotated slices.

The design is that of McSweeney et al., Med Phys 2022;49:3107-3120 (10.1002/mp.15533).
"""

from MuscleSegLib.training.transfer_study.design import SLICES as SLICES
from MuscleSegLib.training.transfer_study.design import SOURCES as SOURCES
from MuscleSegLib.training.transfer_study.design import Cell as Cell
from MuscleSegLib.training.transfer_study.design import Design as Design
from MuscleSegLib.training.transfer_study.study import Results as Results
from MuscleSegLib.training.transfer_study.study import run_study as run_study
