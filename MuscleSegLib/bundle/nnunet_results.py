"""Result folders of nnU-Net v2: ``plans.json``, ``dataset.json`` and ``fold_0/checkpoint_final.pth``.

Isensee et al., Nat Methods 2021;18:203-211 (10.1038/s41592-020-01008-z). A single fold is used, without mirroring:
nnU-Net itself averages over both, so that its results may be a little better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from MuscleSegLib.bundle.bundle import Bundle
from MuscleSegLib.bundle.checked import MOST_LABELS, UNREADABLE, json_object, reason, shortened, stated
from MuscleSegLib.bundle.matching import match_labels
from MuscleSegLib.bundle.metadata import Metadata
from MuscleSegLib.bundle.plans import arguments_of, chosen_configuration, input_of
from MuscleSegLib.bundle.weights import sha256_of, unpickled
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.json_values import integer, require
from MuscleSegLib.networks.foreign import build_nnunet
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from torch import nn

CHECKPOINT = "checkpoint_final.pth"
PLANS = "plans.json"

_ONE_FOLD = _("of nnU-Net's folds {fold} alone is used, without mirroring")


@dataclass(frozen=True)
class NnunetBundle(Bundle):
    """Fold of an nnU-Net; its folder is that of the fold."""

    @property
    def weights(self) -> Path:
        """File of the checkpoint."""
        return self.folder / CHECKPOINT

    def unpacked(self, content: bytes) -> Any:  # noqa: ANN401 - any content; ``fill`` checks it
        """Return the network's part of the checkpoint."""
        checkpoint = unpickled(content, self.weights, allowed=_numpy_scalars())
        state = checkpoint.get("network_weights") if isinstance(checkpoint, dict) else None
        if not isinstance(state, Mapping):
            message = _("The weights {weights} are no checkpoint of nnU-Net: network_weights is missing in it.")
            raise MuscleSegError(message, weights=self.weights)
        return {str(name).removeprefix("module."): value for name, value in state.items()}  # of several GPUs

    def constructed(self) -> nn.Module:
        """Call the constructor of nnU-Net's network."""
        return build_nnunet(self.metadata.architecture, self.metadata.arguments)


def find_fold(folder: Path) -> Path | None:
    """Return the fold of a folder: the folder of a fold, of a result, or of a data set with a single result.

    Raises:
        MuscleSegError: The folder has several results, or no fold with a final checkpoint.
    """
    if (folder.resolve().parent / PLANS).is_file() and folder.resolve().name.startswith("fold_"):
        return folder.resolve()
    results = [folder] if (folder / PLANS).is_file() else sorted(path.parent for path in folder.glob(f"*/{PLANS}"))
    if len(results) > 1:
        names = ", ".join(path.name for path in results)
        message = _("The folder {folder} holds several nnU-Nets: give the folder of one of them ({names}).")
        raise MuscleSegError(message, folder=folder, names=names)
    if not results:
        return None
    folds = sorted(path.parent for path in results[0].glob(f"fold_*/{CHECKPOINT}"))
    if not folds:
        message = _("The nnU-Net {results} cannot be used: there is no fold_0/{checkpoint} in it.")
        raise MuscleSegError(message, results=results[0], checkpoint=CHECKPOINT)
    return folds[0]


def read_nnunet(fold: Path, region: str | None) -> NnunetBundle:
    """Read an nnU-Net.

    Args:
        fold: Folder of the fold, from ``find_fold``.
        region: Requested region, or None for that of its labels.

    Raises:
        MuscleSegError: The nnU-Net is damaged, or has a feature that MuscleSeg lacks.
    """
    folder = fold.parent
    plans, dataset = (_read_json(folder / name) for name in (PLANS, "dataset.json"))
    try:
        name, configuration = chosen_configuration(plans, folder.name)
        labels = _label_names(dataset)
        architecture, arguments = arguments_of(configuration, classes=len(labels) + 1)
        spec, notes = input_of(plans, configuration)
        images = dataset.get("channel_names") or dataset["modality"]
        require(len(images) == 1, _("it wants more than one image at a time"))
    except UNREADABLE as error:
        raise _unusable(folder, error) from error
    matched = match_labels(labels, region, folder)
    title = shortened(stated(plans.get("dataset_name"), folder.parent.name))
    scans = stated(dataset.get("numTraining"), _("an unknown number of"))
    metadata = Metadata(
        name=f"{title}-{name}",
        version=fold.name,
        region=matched.region,
        architecture=architecture,
        arguments=arguments,
        parameters=0,
        input=spec,
        labels=matched.labels,
        notes=(*matched.notes, *notes, _ONE_FOLD.format(fold=fold.name)),
        training_data=_("{count} scans of {dataset}").format(count=scans, dataset=title),
        license="not stated",
        accuracy=_("not measured with MuscleSeg"),
        sha256=sha256_of(fold / CHECKPOINT),
    )
    return NnunetBundle(fold, metadata).counted()


def _unusable(folder: Path, error: Exception) -> MuscleSegError:
    why = _("{name} is missing").format(name=error) if isinstance(error, KeyError) else reason(error)
    return MuscleSegError(_("The nnU-Net {folder} cannot be used: {why}."), folder=folder, why=shortened(why))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return json_object(path)
    except (OSError, ValueError) as error:
        message = _("The nnU-Net {parent} cannot be used: {path} is missing or is no JSON object.")
        raise MuscleSegError(message, parent=path.parent, path=path.name) from error


def _label_names(dataset: Mapping[str, Any]) -> list[str]:
    """Return the names of labels 1 and up, without nnU-Net's label "ignore", which is no output."""
    values = {}
    require(
        len(dataset["labels"]) <= MOST_LABELS + 1, _("it has more than {most_labels} labels"), most_labels=MOST_LABELS
    )
    for name, value in dataset["labels"].items():
        require(not isinstance(value, list), _("its label {name} is a region of several labels"), name=repr(name))
        require(
            integer(value, f"label {name!r}") not in values, _("two of its labels have the value {value}"), value=value
        )
        values[value] = name
    names = [values[value] for value in sorted(values) if values[value] != "ignore"]
    require(sorted(values)[: len(names)] == list(range(len(names))), _("its labels are not 0, 1, 2 and so on"))
    require(names[0] == "background", _("its label 0 is not the background"))
    return names[1:]


def _numpy_scalars() -> list[Any]:
    """Return the classes of NumPy's scalars, which the log in nnU-Net's checkpoints holds."""
    import numpy as np
    from numpy._core.multiarray import scalar

    # The module of NumPy 1 has another name, and a checkpoint may be from then.
    return [
        (scalar, "numpy.core.multiarray.scalar"),
        (scalar, "numpy._core.multiarray.scalar"),
        np.dtype,
        *(np.dtypes.Float64DType, np.dtypes.Float32DType, np.dtypes.Int64DType),
    ]
