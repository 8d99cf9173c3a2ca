"""Reports of one person's muscles for a reader without this program: HTML and PDF."""

from MuscleSegLib.report.patient_report.content import Correction as Correction
from MuscleSegLib.report.patient_report.content import EarlierVisit as EarlierVisit
from MuscleSegLib.report.patient_report.content import Examination as Examination
from MuscleSegLib.report.patient_report.content import ReportContent as ReportContent
from MuscleSegLib.report.patient_report.content import Translate as Translate
from MuscleSegLib.report.patient_report.earlier_visit import earlier_visit as earlier_visit
from MuscleSegLib.report.patient_report.named_muscles import muscle_of as muscle_of
from MuscleSegLib.report.patient_report.reference_scores import require_sex_and_age as require_sex_and_age
from MuscleSegLib.report.patient_report.reference_values import ReferenceValue as ReferenceValue
from MuscleSegLib.report.patient_report.reference_values import read_reference_values as read_reference_values
from MuscleSegLib.report.patient_report.side_difference import side_difference as side_difference
from MuscleSegLib.report.patient_report.writing import REPORT_ENDINGS as REPORT_ENDINGS
from MuscleSegLib.report.patient_report.writing import patient_report as patient_report
from MuscleSegLib.report.patient_report.writing import require_report_format as require_report_format
from MuscleSegLib.report.patient_report.writing import write_patient_report as write_patient_report
