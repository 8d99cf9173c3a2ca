"""Measure networks, and write what was found into their cards.

    python Testing/benchmarks/cards.py --region thigh [--cases 20] [--network FOLDER ...] [--output MD] [--cache DIR]

Each network's card is its bundle's ``docs/README.md``; the figures go into ``configs/metadata.json`` too, from where
``muscleseg networks`` and the module show them. Those of people who were left out stay there: ``left_out.py`` writes
them. The tables of all networks together go to --output. Everything else is measured as in ``accuracy.py``,
``phantoms.py``, ``contrasts.py`` and ``mirroring.py``.
"""

import argparse
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import accuracy
import contrasts
import phantoms
from accuracy import CASES, DATA, Case, Scores, mean_text, scores_of
from held_out import CACHE
from mirroring import mirrored_dice

from MuscleSegLib.anatomy import region
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.cli.evaluate_networks import bundles_of
from MuscleSegLib.evaluation.statistics import Spread
from MuscleSegLib.evaluation.study import METRICS, Summary, summary
from MuscleSegLib.evaluation.study.digital_test_subjects import FIRST_SEED, scanned_subject
from MuscleSegLib.files import written_whole
from MuscleSegLib.networks import ARCHITECTURES
from MuscleSegLib.training import Configuration, read_configuration
from MuscleSegLib.volume import read_volume

CONTRAST_CASES = 3
REFERENCES = {
    "thigh": "against published labels that are another network's output and no manual reference",
    "calf": "healthy: against polygons drawn by no clinician; T1 slice: against a rater's, without the deep posterior",
}


@dataclass(frozen=True)
class Findings:
    """Measurements of a network.

    Attributes:
        real: By the title of the image.
        learned_from: Which of these images are of people whose images were learned from.
        phantoms: Errors against what is measured with the true labels.
        contrasts: Mean DSC between the results in five contrasts.
        lowest_contrasts: Agreement of the two contrasts that agree least.
        mirrored: Mean DSC with the labels of the mirrored image, by the title of the image.
    """

    real: Mapping[str, Scores]
    learned_from: frozenset[str]
    phantoms: Summary
    muscles: Mapping[str, Spread]
    contrasts: float
    lowest_contrasts: float
    mirrored: Mapping[str, float]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=["thigh", "calf"], required=True)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--network", metavar="FOLDER", nargs="+", help="names or folders; all that are shipped if none")
    parser.add_argument("--cache", type=Path, default=CACHE, help="a folder for the scans")
    parser.add_argument("--output", type=Path, help="a Markdown file for the tables of all networks")
    options = parser.parse_args()
    logging.getLogger("MuscleSegLib.biomarkers").setLevel(logging.ERROR)  # voxels without a value, once for each muscle
    bundles = bundles_of(options.region, options.network)
    on_phantoms = phantoms.results_of(bundles, options.region, options.cases, options.cache)
    lines = phantoms.document(options.region, options.cases, on_phantoms)
    networks = {}
    for bundle in bundles:
        name = bundle.metadata.name
        networks[name] = measured(bundle, on_phantoms[name], options.cache)
        write_card(bundle, networks[name], options.cases)
    lines += [
        "",
        "## Real scans",
        "",
        *accuracy.summary_table({name: dict(findings.real) for name, findings in networks.items()}),
    ]
    lines += ["", "## Five contrasts, and the mirror", "", *_agreement_table(networks)]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")


def measured(bundle: Bundle, on_phantoms: phantoms.Results, cache: Path) -> Findings:
    """Measure a network on real scans, in five contrasts and in the mirror."""
    name = bundle.metadata.region
    cases = [case for case in CASES[name] if case.labels]
    configuration = _configuration(bundle)
    people = [contrasts.agreement_of(bundle, number, cache) for number in range(CONTRAST_CASES)]
    pairs = {pair: mean(person[pair] for person in people) for pair in people[0] if contrasts.TRUE not in pair}
    images = {"digital legs": scanned_subject(name, 0, phantoms.PROTOCOL, phantoms.IMAGES, cache).images["anatomy"]}
    images |= {case.title: read_volume(DATA / f"{case.image}.nii.gz") for case in CASES[name]}
    rows = on_phantoms.against_labels
    return Findings(
        real={case.title: scores for case in cases if (scores := scores_of(case, bundle, None))},
        learned_from=frozenset(case.title for case in cases if _is_of(case, configuration)),
        phantoms=summary(rows),
        muscles={
            muscle.name: Spread.of(row.dsc for row in rows if row.muscle == muscle.name)
            for muscle in region(name).muscles
        },
        contrasts=mean(pairs.values()),
        lowest_contrasts=min(pairs.values()),
        mirrored={title: mean(mirrored_dice(image, bundle).values()) for title, image in images.items()},
    )


def _configuration(bundle: Bundle) -> Configuration:
    return read_configuration(bundle.folder / "configs" / "train.toml")


def _is_of(case: Case, configuration: Configuration) -> bool:
    """Return whether a scan is of one of the people whose images were learned from."""
    return any(Path(case.image).name.startswith(person) for person in configuration.data.real_people) and any(
        Path(case.image).parent.name == Path(source).name for source in configuration.data.sources
    )


def _agreement_table(networks: Mapping[str, Findings]) -> list[str]:
    titles = list(next(iter(networks.values())).mirrored)
    lines = [
        f"Mean DSC between the results in five contrasts ({CONTRAST_CASES} digital people), that of the pair that "
        "agrees least, and mean DSC between an image's labels and those of its mirror image.",
        "",
        f"| network | contrasts | lowest | {' | '.join(f'mirrored {title}' for title in titles)} |",
        "|---" * (3 + len(titles)) + "|",
    ]
    for name, findings in networks.items():
        cells = [findings.contrasts, findings.lowest_contrasts, *(findings.mirrored[title] for title in titles)]
        lines.append(f"| {name} | {' | '.join(f'{cell:.3f}' for cell in cells)} |")
    return lines


def write_card(bundle: Bundle, findings: Findings, cases: int) -> None:
    """Write a network's card and put its figures into its metadata."""
    path = bundle.folder / "configs" / "metadata.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    section = content["muscleseg"]
    left_out = [figure for figure in section["measurements"] if figure.get("is_left_out")]
    section["measurements"] = [*measurements_of(bundle, findings, cases), *left_out]
    section["accuracy"] = accuracy_of(findings, cases)
    content["eval_metrics"] = {
        f"{figure['metric']}, {figure['data']}": figure["value"] for figure in section["measurements"]
    }
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    card = "\n".join(_card(bundle, findings, cases)) + "\n"
    (bundle.folder / "docs" / "README.md").write_text(card, encoding="utf-8")


def measurements_of(bundle: Bundle, findings: Findings, cases: int) -> list[dict[str, Any]]:
    """Return the figures as the bundle's metadata hold them."""
    people = f"{cases} digital people nobody was trained on, scanned as in Hostin et al. 2023"
    out = []
    for title, scores in findings.real.items():
        note = REFERENCES[bundle.metadata.region]
        if title in findings.learned_from:
            note += "; this person's images were learned from"
        out.append(_measurement(f"real scan: {title}", "mean DSC", mean(scores.whole.values()), note))
    for metric, title in zip(METRICS, phantoms.TITLES, strict=True):
        spread: Spread = getattr(findings.phantoms, metric)
        for kind, value in (("mean", spread.mean), ("SD of", spread.sd)):
            if value is not None:
                out.append(_measurement(people, f"{kind} {title}", value, "against measuring with the true labels"))
    if findings.phantoms.absence_percent is not None:
        out.append(_measurement(people, "absence rate (%)", findings.phantoms.absence_percent, ""))
    out.append(_measurement("the same digital people in five contrasts", "mean DSC", findings.contrasts, ""))
    out += [_measurement(f"mirrored: {title}", "mean DSC", value, "") for title, value in findings.mirrored.items()]
    return out


def _measurement(data: str, metric: str, value: float, note: str) -> dict[str, Any]:
    return {"data": data, "metric": metric, "value": round(value, 3), "note": note}


def accuracy_of(findings: Findings, cases: int) -> str:
    """Return the figures in one sentence."""
    real = [
        f"{mean_text(scores.whole)} ({title}{', learned from' if title in findings.learned_from else ''})"
        for title, scores in findings.real.items()
    ]
    row = findings.phantoms
    text = phantoms.spread_text
    on_phantoms = f"DSC {text(row.dsc)} and FF error {text(row.ff_error_percent)} points"
    return f"mean DSC on real scans {', '.join(real)}; on {cases} digital people {on_phantoms}"


def _card(bundle: Bundle, findings: Findings, cases: int) -> list[str]:
    about = bundle.metadata
    muscles = ", ".join(muscle.name for muscle in region(about.region).muscles)
    return [
        f"# {about.name}",
        "",
        f"Segments the {about.region}'s {muscles} in MRI of any contrast.",
        "",
        "**Not a medical device.** Look at every segmentation before you use its numbers.",
        *(f"\n**Note**: {note}." for note in about.notes),
        "",
        "## Network",
        "",
        f"{about.architecture}, {about.parameters:,} parameters. {ARCHITECTURES[about.architecture].paper}.",
        f"It sees {about.input_summary}. The left leg is mirrored. Weights are in half precision.",
        "",
        "## Training",
        "",
        f"{about.training_data}.",
        "",
        *_recipe(bundle),
        "",
        *_on_real_scans(about.region, findings),
        "",
        *_on_digital_people(findings, cases),
        "",
        "## Not for",
        "",
        f"- Other regions than the {about.region}; children; metal implants; amputations: never learned from.",
        "- Use without a look: it errs most at the ends of the limb, where muscles begin and end, and where a muscle "
        "is wholly replaced by fat its contour is a guess.",
        "- Conclusions on healthy people: how well it does on them was measured on one person at most.",
    ]


def _on_real_scans(region_name: str, findings: Findings) -> list[str]:
    if findings.learned_from:
        learned = f"**Learned from, and so no measure of anything: {', '.join(sorted(findings.learned_from))}.**"
    else:
        learned = "None of these people's images was learned from."
    return [
        "## Accuracy on real scans",
        "",
        f"DSC (Dice similarity coefficient) {REFERENCES[region_name]}; over all slices, and over the middle of the "
        "limb (slices whose reference lacks one muscle at most). Both legs together.",
        learned,
        "",
        *accuracy.table(region_name, findings.real),
    ]


def _on_digital_people(findings: Findings, cases: int) -> list[str]:
    row = findings.phantoms
    cells = [phantoms.spread_text(getattr(row, metric)) for metric in METRICS]
    mirrored = ", ".join(f"{value:.3f} ({title})" for title, value in findings.mirrored.items())
    return [
        "## Accuracy on digital people",
        "",
        f"{cases} people (seeds {FIRST_SEED} to {FIRST_SEED + cases - 1}), both legs, none of them learned from; mean "
        "± SD over muscles, errors against what is measured with the true labels.",
        "",
        f"| {' | '.join(phantoms.TITLES)} | absence (%) | outliers (%) |",
        "|---" * 7 + "|",
        f"| {' | '.join(cells)} | {row.absence_percent:.2f} | {row.outlier_percent:.2f} |",
        "",
        "| muscle | DSC |",
        "|---|---|",
        *(f"| {name} | {phantoms.spread_text(dsc)} |" for name, dsc in findings.muscles.items()),
        "",
        f"The same people in five contrasts: mean DSC between the results {findings.contrasts:.3f}, lowest of a pair "
        f"of contrasts {findings.lowest_contrasts:.3f}. Mirrored images: mean DSC {mirrored}.",
    ]


def _recipe(bundle: Bundle) -> list[str]:
    """Say what was learned from in which shares, who was kept out, how long it took and on what."""
    configuration, about = _configuration(bundle), bundle.metadata
    total = sum(configuration.data.sources.values())
    shares = ", ".join(f"{name} {100 * share / total:.0f} %" for name, share in configuration.data.sources.items())
    plan = configuration.optimization
    lines = [f"`configs/train.toml` is the recipe. Shares of the volumes: {shares}."]
    lines.append(f"Kept out for validation: {', '.join(configuration.data.validation_people) or 'one fold'}.")
    if configuration.start:
        folders = [Path(folder) for folder in configuration.start]
        names = [folder.parent.name if folder.name == "bundle" else folder.name for folder in folders]
        lines.append(f"Started with the weights of {' and '.join(names)}.")
    if about.training_minutes:
        hours = about.training_minutes / 60
        lines.append(f"{plan.iterations:,} iterations of {plan.batch}: {hours:.1f} h ({about.training_hardware}).")
    content = json.loads((bundle.folder / "configs" / "metadata.json").read_text(encoding="utf-8"))
    return [*lines, f"Version {about.version}: {content['changelog'][about.version]}."]


if __name__ == "__main__":
    main()
