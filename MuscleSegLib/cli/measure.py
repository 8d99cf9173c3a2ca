"""Measure the muscles of a label map: volume, and fat fraction, MTR and T2 in each, with warnings.

Every map may lie on a grid of its own. Fat fraction and MTR are percent, T2 is milliseconds. A muscle that is not there
has an empty row. How sure the network was of a muscle is known of a .seg.nrrd that ``muscleseg segment`` wrote.

An .xlsx or .json file holds the table of muscles, groups of muscles, profiles along the limb, adipose tissue, and where
the numbers come from; a .csv file holds the table of muscles, and the others lie beside it. Where the numbers come from
names the files and, of DICOM images, the PatientID (--anonymous leaves both out).

The segments of a segmentation are told by their names; one that is no muscle is passed over with a note.

Labels of parts of a muscle, as those of --scheme thigh-fine, are measured as they are, merged into the ten muscles of
the thigh and the six of the calf (--by parent), or both.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from MuscleSegLib.anatomy import REGIONS, SCHEMES, scheme
from MuscleSegLib.biomarkers import (
    MAP_NAMES,
    group_rows,
    merged_by_parent,
    read_named_labels,
    rows_of_both,
)
from MuscleSegLib.cli.dicom_output import add_dicom, dicom_objects, hide_wanted, require_dicom, source_of
from MuscleSegLib.cli.measure_options import add_record, add_settings
from MuscleSegLib.cli.measured import Inputs, Measured, measured_of, merged_of
from MuscleSegLib.cli.paths import made_folder, require_apart, require_different
from MuscleSegLib.cli.report_output import (
    ReportInputs,
    add_report,
    report_as_pdf,
    report_inputs,
    require_report,
    write_report,
)
from MuscleSegLib.cli.unit_options import add_units, require_units_of_maps
from MuscleSegLib.dicom import write_objects
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference import confidence_of
from MuscleSegLib.maps import comparable, fat_fraction
from MuscleSegLib.report import (
    PICTURES,
    Findings,
    anonymous,
    anonymous_warnings,
    draw_pictures,
    files_of_findings,
    provenance_of,
    rows_as_json,
    rows_as_text,
    write_findings,
)
from MuscleSegLib.report.anonymity import hidden_findings
from MuscleSegLib.volume import Volume, read_labels, read_volume

HELP = "measure the muscles of a label map"
EXAMPLE = "muscleseg measure labels.nii.gz --region thigh --fat fat.nii.gz --water water.nii.gz --output table.xlsx"

IMAGES = ("ff", "fat", "water", "mtr", "t2", "compartments")
"""Arguments that are files, beside the labels."""

BY = ("fine", "parent", "both")
"""Rows of the table: of the labels, of the ten and six that they are parts of, or of both."""

_IMAGE_TYPES = {"fat": ("fat",), "water": ("water",), "ff": ("fat fraction", "FF")}
"""Kinds of images for a DICOM series that holds several."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("labels", metavar="LABELS", type=Path)
    meaning = parser.add_mutually_exclusive_group()
    meaning.add_argument("--region", choices=[region.name for region in REGIONS], help="for MuscleSeg's own labels")
    meaning.add_argument("--scheme", choices=[scheme.name for scheme in SCHEMES], help="for another tool's labels")
    parser.add_argument("--by", choices=BY, default=BY[0], help="rows of fine labels, of the muscles they are parts of")
    fat = parser.add_mutually_exclusive_group()
    fat.add_argument("--ff", metavar="MAP", type=Path, help="fat fraction, percent")
    fat.add_argument("--fat", metavar="IMAGE", type=Path, help="fat image of a Dixon acquisition, with --water")
    parser.add_argument("--water", metavar="IMAGE", type=Path, help="water image of the same acquisition")
    parser.add_argument("--mtr", metavar="MAP", type=Path, help="magnetization transfer ratio, percent")
    parser.add_argument("--t2", metavar="MAP", type=Path, help="milliseconds")
    add_units(parser)
    add_settings(parser)
    add_record(parser)
    parser.add_argument("--output", metavar="TABLE", type=Path, help="a .xlsx, .csv or .json file")
    parser.add_argument("--pictures", metavar="DIR", type=Path, help=f"a folder for {', '.join(PICTURES)}")
    parser.add_argument("--json", action="store_true", help="print the table of muscles as JSON")
    add_report(parser)
    add_dicom(parser)


def run(options: argparse.Namespace) -> None:
    """Measure."""
    files = _files(options)
    _require(options, files)
    inputs = _read(options)
    source = source_of(options, inputs.labels, inputs.maps)
    reported = merged_by_parent(inputs.named) if options.by == "both" else inputs.named
    report = ReportInputs(options, reported, source, inputs.patient) if options.report else None
    hide = hide_wanted(options, source, files | report_inputs(options))
    measured = measured_of(options, inputs, hide)
    whole = merged_of(options, measured, hide)
    table = measured.rows if whole is measured else rows_of_both(whole.rows, measured.rows)
    findings = document = objects = None
    if options.output or report:
        findings = hidden_findings(_findings(options, whole), hide)
    if report and findings:
        identifiers = source.identifiers if source else ()
        document = report.file(options, reported, findings, maps=inputs.maps, files=files, identifiers=identifiers)
    if source and options.dicom:
        maps, units, pdf = inputs.maps, measured.session.map_units, report_as_pdf(options, document)
        named, rows = inputs.named, measured.rows
        objects = dicom_objects(options, source, named, rows=rows, maps=maps, units=units, files=files, pdf=pdf)
    if options.output and findings:
        parts = () if whole is measured else measured.session.profiles()
        write_findings(replace(findings, muscles=table, profiles=(*findings.profiles, *parts)), options.output)
    if document:
        write_report(options.report, document)
    if objects:
        write_objects(objects, options.dicom)
    if options.pictures:
        _draw(options.pictures, measured)
    print(rows_as_json(table) if options.json else rows_as_text(table), end="")


def _require(options: argparse.Namespace, files: Mapping[str, Path]) -> None:
    """Check, before anything is read, that options fit together and outputs can be written."""
    if (options.fat is None) != (options.water is None):
        message = "The fat fraction needs both images of a Dixon acquisition: give --fat and --water together, or --ff."
        raise MuscleSegError(message)
    require_different({"the labels" if name == "labels" else f"--{name}": path for name, path in files.items()})
    require_units_of_maps(options)
    require_dicom(options)
    require_report(options)
    _require_outputs(options)


def _files(options: argparse.Namespace) -> dict[str, Path]:
    """Return the labels and the images that are given, by their options."""
    return {"labels": options.labels} | {name: path for name in IMAGES if (path := getattr(options, name))}


def _require_outputs(options: argparse.Namespace) -> None:
    """Check, before any work is done, that outputs can be written and are no inputs."""
    outputs = files_of_findings(options.output) if options.output else []
    if options.pictures:
        made_folder(options.pictures)
        outputs += [options.pictures / name for name in PICTURES]
    outputs += [options.report] if options.report else []
    require_apart(outputs, [*_files(options).values(), *report_inputs(options).values(), options.dicom_pdf])
    for path in outputs:
        require_writable(path)


def _read(options: argparse.Namespace) -> Inputs:
    scheme_name = options.region or options.scheme
    named = read_named_labels(options.labels, scheme(scheme_name) if scheme_name else None)
    drawn_scheme = named.scheme.name
    if options.by == "parent":
        named.require_muscles()
        named = merged_by_parent(named)
    for sentence in named.sentences:
        print(f"Note: {sentence}", file=sys.stderr)
    named.require_muscles()
    maps, fat_water = _maps(options)
    compartments = read_labels(options.compartments)[0] if options.compartments else None
    return Inputs(named, maps, fat_water, compartments, confidence_of(named.segments), drawn_scheme)


def _findings(options: argparse.Namespace, measured: Measured) -> Findings:
    inputs, session, rows = measured.inputs, measured.session, measured.rows
    thickness = ", ".join(f"{name} {millimeters:g} mm" for name, millimeters in session.thickness_mm.items())
    recorded = {
        "label scheme": inputs.drawn_scheme,
        "merged into": None if inputs.label_scheme.name == inputs.drawn_scheme else inputs.label_scheme.name,
        "rows": options.by,
        "segments passed over": ", ".join(inputs.named.passed_over) or None,
        "minimum share": options.minimum_share,
        "slice thickness": thickness or None,
        **{f"unit of {name.upper()}": str(unit) for name, unit in session.map_units.items()},
        "FF limit of adipose tissue (%)": options.ff_limit,
    }
    corrected = None if options.corrected is None else options.corrected == "yes"
    origins = provenance_of(
        _files(options),
        inputs.labels,
        patient=None if options.anonymous else inputs.patient,
        options=recorded,
        corrected=corrected,
        warnings=(*session.shared_warnings, *(inputs.compartments.remarks if inputs.compartments else ())),
    )
    adipose = session.adipose(ff_limit_percent=options.ff_limit, compartments=inputs.compartments)
    hidden = inputs.patient if options.anonymous else ""
    return Findings(
        muscles=rows,
        groups=anonymous_warnings(
            group_rows(rows, inputs.label_scheme, shared_warnings=session.shared_warnings), hidden
        ),
        profiles=session.profiles(),
        adipose_tissue=anonymous_warnings(adipose, hidden),
        provenance=anonymous(origins, inputs.patient) if options.anonymous else origins,
    )


def _draw(folder: Path, measured: Measured) -> None:
    inputs, session, rows = measured.inputs, measured.session, measured.rows
    images = session.fat_images()
    signal = None if images is None else images.signal()
    draw_pictures(
        folder,
        rows,
        session.profiles(),
        labels=inputs.labels,
        label_table=inputs.label_scheme.labels_in({row.label for row in rows}),
        ff=Volume(images.percent, images.geometry) if images else None,
        signal=None if images is None or signal is None else Volume(signal, images.geometry),
    )


def _maps(options: argparse.Namespace) -> tuple[dict[str, Volume], tuple[Volume, Volume] | None]:
    """Return the maps, and the fat and the water image where the fat fraction comes from them."""
    maps = {
        name: read_volume(path, contrast=_IMAGE_TYPES.get(name, ()))
        for name in MAP_NAMES
        if (path := getattr(options, name))
    }
    if not options.fat:
        return maps, None
    fat, water = (read_volume(getattr(options, name), contrast=_IMAGE_TYPES[name]) for name in ("fat", "water"))
    # The fraction is of the patient, and in the place, that the fat image's header names.
    made = fat_fraction(fat, water)
    fat, water = comparable([fat, water])
    return maps | {"ff": replace(fat, array=made.array, description=made.description, unit=made.unit)}, (fat, water)
