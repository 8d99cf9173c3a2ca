"""Cohorts: scans found in a folder, segmented and measured one by one, and one table of all."""

from MuscleSegLib.cohort.finding import find_scans as find_scans
from MuscleSegLib.cohort.group import GroupResult as GroupResult
from MuscleSegLib.cohort.group import write_group as write_group
from MuscleSegLib.cohort.outputs import check_output as check_output
from MuscleSegLib.cohort.outputs import prepare_output as prepare_output
from MuscleSegLib.cohort.outputs import record_files as record_files
from MuscleSegLib.cohort.participants import Engine as Engine
from MuscleSegLib.cohort.participants import State as State
from MuscleSegLib.cohort.participants import Totals as Totals
from MuscleSegLib.cohort.participants import run_participants as run_participants
from MuscleSegLib.cohort.participants import shard_of as shard_of
from MuscleSegLib.cohort.scans import Cohort as Cohort
from MuscleSegLib.cohort.scans import PassedOver as PassedOver
from MuscleSegLib.cohort.scans import Scan as Scan
from MuscleSegLib.cohort.scans import Source as Source
from MuscleSegLib.cohort.settings import Settings as Settings
from MuscleSegLib.cohort.working import state_before as state_before
