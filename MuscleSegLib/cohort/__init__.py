"""Cohorts: scans found in a folder, segmented and measured one by one, and one table of all."""

from MuscleSegLib.cohort.finding import find_scans as find_scans
from MuscleSegLib.cohort.scans import Cohort as Cohort
from MuscleSegLib.cohort.scans import PassedOver as PassedOver
from MuscleSegLib.cohort.scans import Scan as Scan
from MuscleSegLib.cohort.scans import Source as Source
