"""The base of ``MuscleSegLogic``: what a script of Slicer can ask for. Importing this imports nothing heavy."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import slicer
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleLogic


class Logic(ScriptedLoadableModuleLogic):
    """The parameter node, which Slicer's base gives, and the methods for scripts."""

    def segment(
        self,
        volumeNode: slicer.vtkMRMLScalarVolumeNode,
        region: str = "auto",
        network: str | None = None,
        device: str = "auto",
        legs: str | int = "auto",
        *,
        segmentationNode: slicer.vtkMRMLSegmentationNode | None = None,
        companions: Sequence[slicer.vtkMRMLScalarVolumeNode] = (),
    ) -> slicer.vtkMRMLSegmentationNode:
        """Segment the muscles of a scan, and return them when they are there; Slicer's window works meanwhile.

        Args:
            volumeNode: The scan.
            region: "thigh", "calf", or "auto" for the muscles of whichever the scan shows.
            network: Its name or folder, with a region; None for the region's default.
            device: "auto", "cuda" or "cpu".
            legs: How many are in the field of view: 1, 2, or "auto".
            segmentationNode: Written over where it holds just what a network drew of this scan; else, as where it is
                None, the muscles are in a new node.
            companions: Further images of the same scan, such as the fat image beside the water image: the network sees
                all of them.

        Raises:
            MuscleSegError: The scan cannot be segmented, a companion is not of it, or a package is missing.
        """
        from MuscleSegPanel import scripting

        words = {"region": region, "network": network, "device": device, "legs": legs}
        return scripting.segment(scripting.request_of(volumeNode, segmentationNode, companions=companions, **words))

    def propagate(
        self,
        segmentationNode: slicer.vtkMRMLSegmentationNode,
        volumeNode: slicer.vtkMRMLScalarVolumeNode | None = None,
        *,
        slices: Sequence[int] | None = None,
        muscles: Sequence[str] | None = None,
        network: str | None = None,
        device: str = "auto",
        companions: Sequence[slicer.vtkMRMLScalarVolumeNode] = (),
        beyond: int = 0,
    ) -> dict[str, list[int]]:
        """Carry muscles from the slices in which they are right to the slices between; Slicer's window works meanwhile.

        Args:
            segmentationNode: The muscles. Those that are not carried stay as they are, and so do the given slices.
            volumeNode: The scan; None for the one that they were drawn on.
            slices: In which the muscles are right, counted from 0 along the scan's third axis (K in Data Probe); None
                for the corrected slices of each muscle.
            muscles: Names of their segments; None for all that are in the given slices, or have corrected ones.
            network: Name of a network that helps; None for the one that drew the muscles, "" for none.
            device: "auto", "cuda" or "cpu".
            companions: Further images of the same scan.
            beyond: How many slices below the lowest and above the highest given slice are drawn as well.

        Returns:
            The slices that were drawn anew by the name of the muscle's segment.

        Raises:
            MuscleSegError: No slice is given or corrected, images or names do not fit, or a package is missing.
        """
        from MuscleSegPanel import scripted_propagation

        request = scripted_propagation.request_of(
            segmentationNode,
            volumeNode,
            slices=slices,
            muscles=muscles,
            network=network,
            device=device,
            companions=companions,
            beyond=beyond,
        )
        return scripted_propagation.propagate(request)

    def collect(
        self,
        folder: str | Path,
        segmentationNode: slicer.vtkMRMLSegmentationNode,
        volumeNode: slicer.vtkMRMLScalarVolumeNode | None = None,
        *,
        companion: slicer.vtkMRMLScalarVolumeNode | None = None,
    ) -> None:
        """Write a scan and its corrected muscles into a folder from which networks learn, by a name without a patient.

        Args:
            folder: Folder of corrected scans, of which the same scan is replaced.
            segmentationNode: The muscles. The slices count that were corrected or marked as right.
            volumeNode: The scan; None for the one that they were drawn on.
            companion: Another image of the same scan.

        Raises:
            MuscleSegError: Nothing was corrected, the muscles are not those of one region, or nothing can be written.
        """
        from MuscleSegPanel import scripted_improving

        scripted_improving.collect(Path(folder), segmentationNode, volumeNode, companion)

    def improve(
        self,
        folder: str | Path,
        region: str,
        network: str | None = None,
        *,
        name: str | None = None,
        minutes: float = 15.0,
    ) -> dict[str, Any]:
        """Let a network learn from corrected scans, and use the new one if it is better; Slicer's window works.

        Args:
            folder: Folder of corrected scans, as ``collect`` writes them.
            region: "thigh" or "calf".
            network: Its name or folder; None for the region's default.
            name: Name of the new network; None for the first free one after the network's.
            minutes: Time for all of it on this computer.

        Returns:
            What came of it: "name", "parent", whether it "is_taken", so that it is among your networks, or else the
            "reason", and "held_out" and "rehearsed", the DSC of each muscle before and after on corrected scans and on
            digital people that it did not learn from.

        Raises:
            MuscleSegError: The network cannot learn here, or not from these scans, or a package is missing.
        """
        from MuscleSegPanel import scripted_improving

        return scripted_improving.improve(Path(folder), region, network=network, name=name, minutes=minutes)

    def measure(
        self,
        segmentationNode: slicer.vtkMRMLSegmentationNode,
        volumeNode: slicer.vtkMRMLScalarVolumeNode | None = None,
        *,
        region: str = "auto",
        ff: slicer.vtkMRMLScalarVolumeNode | None = None,
        fat: slicer.vtkMRMLScalarVolumeNode | None = None,
        water: slicer.vtkMRMLScalarVolumeNode | None = None,
        mtr: slicer.vtkMRMLScalarVolumeNode | None = None,
        t2: slicer.vtkMRMLScalarVolumeNode | None = None,
        ff_unit: str | None = None,
        mtr_unit: str | None = None,
        t2_unit: str | None = None,
        output: str | Path | None = None,
        patient_id: bool = True,
    ) -> slicer.vtkMRMLTableNode:
        """Measure volume, and fat fraction, MTR and T2 where there are maps, of each muscle.

        Args:
            segmentationNode: The muscles.
            volumeNode: The scan, on whose grid they are measured; None for the one that they were drawn on.
            region: "thigh" or "calf", for segments whose names do not tell it.
            ff: Map of the fat fraction; or else
            fat: Fat image of a Dixon acquisition, with
            water: The water image of it.
            mtr: Map of the magnetization transfer ratio.
            t2: Map of T2.
            ff_unit: As ``muscleseg measure`` takes it: "percent", "fraction" and others; None for what the map's file
                says or, with a warning, what its values let assume.
            mtr_unit: The same of the map of MTR.
            t2_unit: The same of the map of T2: "ms", "s" and others.
            output: A .xlsx, .csv or .json file for all that was measured and where it comes from.
            patient_id: Whether the PatientID of DICOM images stands in the file.

        Returns:
            A row for each muscle, a column for each field of ``MuscleSegLib.biomarkers.Row``; NaN or an empty cell
            where a value is missing, and sentences in "warnings" where one is not to be trusted.

        Raises:
            MuscleSegError: Something cannot be measured, or the file cannot be written.
        """
        from MuscleSegPanel import scripting

        maps = {"ff": ff, "fat": fat, "water": water, "mtr": mtr, "t2": t2}
        units = {"ff": ff_unit, "mtr": mtr_unit, "t2": t2_unit}
        inputs = scripting.inputs_of(segmentationNode, volumeNode, region=region, maps=maps, units=units)
        return scripting.measure(inputs, output=Path(output) if output else None, with_patient=patient_id)

    def write_report(
        self,
        path: str | Path,
        segmentationNode: slicer.vtkMRMLSegmentationNode,
        volumeNode: slicer.vtkMRMLScalarVolumeNode | None = None,
        *,
        source: str | Path | None = None,
        anonymous: bool = False,
        **measured: str | slicer.vtkMRMLScalarVolumeNode | None,
    ) -> None:
        """Write a report of the muscles for a reader without this program.

        Args:
            path: A .html or .pdf file.
            segmentationNode: The muscles, as for ``measure``.
            volumeNode: As for ``measure``.
            source: Folder with the DICOM images of the scan, which tell who was scanned; None for those that Slicer's
                DICOM database names, if there are any.
            anonymous: Whether the report leaves out name, ID and dates.
            measured: Region, maps and their units, as for ``measure``.

        Raises:
            MuscleSegError: Something cannot be measured, a package is missing, or the file cannot be written.
        """
        from MuscleSegPanel import scripted_files

        scripted_files.write_report(
            Path(path),
            scripted_files.inputs_of(segmentationNode, volumeNode, **measured),
            source=Path(source) if source else None,
            with_patient=not anonymous,
        )

    def export_dicom(
        self,
        folder: str | Path,
        segmentationNode: slicer.vtkMRMLSegmentationNode,
        volumeNode: slicer.vtkMRMLScalarVolumeNode | None = None,
        *,
        source: str | Path | None = None,
        include_maps: bool = False,
        include_report: bool = True,
        anonymous: bool = False,
        **measured: str | slicer.vtkMRMLScalarVolumeNode | None,
    ) -> list[Path]:
        """Write the muscles as DICOM segmentation and their numbers as DICOM report, in the study of the scan.

        Args:
            folder: A new or an empty folder.
            segmentationNode: The muscles, as for ``measure``.
            volumeNode: As for ``measure``.
            source: Folder with the DICOM images of the scan; None for those that Slicer's DICOM database names.
            include_maps: Whether the maps are written too, as parametric maps.
            include_report: Whether the report is written too, as a document in PDF.
            anonymous: Whether the files keep nothing of the patient but the UIDs of the source.
            measured: Region, maps and their units, as for ``measure``.

        Returns:
            The files.

        Raises:
            MuscleSegError: Something cannot be measured, the scan is not of DICOM images that are there, a package is
                missing, or the folder cannot be written.
        """
        from MuscleSegPanel import scripted_files

        return scripted_files.export_dicom(
            Path(folder),
            scripted_files.inputs_of(segmentationNode, volumeNode, **measured),
            source=Path(source) if source else None,
            with_maps=include_maps,
            with_report=include_report,
            with_patient=not anonymous,
        )
