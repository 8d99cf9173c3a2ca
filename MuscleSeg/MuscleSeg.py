"""The module MuscleSeg of 3D Slicer: what Slicer asks for. What it does is in MuscleSegPanel and MuscleSegLib."""

import sys
from pathlib import Path

import qt
import slicer
import slicer.util
import vtk
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.parameterNodeWrapper import SlicerParameterNamePropertyName
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)
from slicer.util import VTKObservationMixin

from MuscleSegPanel.library_check import require_library
from MuscleSegPanel.logic import Logic

_SOURCE = Path(__file__).resolve().parent.parent
if (_SOURCE / "MuscleSegLib").is_dir() and str(_SOURCE) not in sys.path:
    # A developer has added this folder as a module path of Slicer: the library is beside it.
    sys.path.append(str(_SOURCE))
require_library(Path(__file__).resolve().parent)


class MuscleSeg(ScriptedLoadableModule):
    """Description of the module in Slicer before it is opened."""

    def __init__(self, parent: object) -> None:
        super().__init__(parent)
        parent.title = _("MuscleSeg")
        parent.categories = [translate("qSlicerAbstractCoreModule", "Segmentation")]
        parent.dependencies = ["Segmentations", "SegmentEditor", "Volumes"]
        parent.contributors = ["The developers of MuscleSeg"]
        parent.helpText = _(
            "Segments the muscles of thigh and calf in MRI, lets you correct them, and measures volume, fat fraction, "
            "magnetization transfer ratio (MTR) and T2 of each. For research; not a medical device."
        )
        parent.acknowledgementText = _(
            "The networks were trained on images synthesized from published label maps; NOTICE.md of the source names "
            "them and their licenses."
        )
        # The module Sample Data may not be there before.
        slicer.app.connect("startupCompleted()", self._register_samples)

    def _register_samples(self) -> None:
        from MuscleSegPanel import sample_data

        slicer.app.disconnect("startupCompleted()", self._register_samples)
        sample_data.register(Path(self.resourcePath("Icons")))


class MuscleSegWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """The shell of the panel: it hands Slicer's events on."""

    def __init__(self, parent: object = None) -> None:
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.logic: MuscleSegLogic | None = None
        self.panel = None
        self._parameters = None
        self._bound: dict[str, qt.QWidget] = {}
        self._gui_tag = None
        self._shortcuts: list[qt.QShortcut] = []

    def setup(self) -> None:
        """Make the panel."""
        from MuscleSegPanel.panel import Panel

        ScriptedLoadableModuleWidget.setup(self)
        widget = slicer.util.loadUI(self.resourcePath("UI/MuscleSeg.ui"))
        self.layout.addWidget(widget)
        self.ui = slicer.util.childWidgetVariables(widget)
        self.logic = MuscleSegLogic()
        self._bound = _bound_widgets(self.ui)
        self.panel = Panel(self.ui)
        scene = slicer.mrmlScene
        widget.setMRMLScene(scene)  # after the panel, which gives the Segment Editor its node
        self.addObserver(scene, scene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(scene, scene.EndCloseEvent, self.onSceneEndClose)
        self.addObserver(scene, scene.StartImportEvent, self.onSceneStartImport)
        self.addObserver(scene, scene.EndImportEvent, self.onSceneEndImport)
        self.addObserver(scene, scene.EndBatchProcessEvent, self.onSceneEndBatchProcess)
        # Before Slicer's selectors hear of it, which would choose the neighbor of a node that is removed.
        self.addObserver(scene, scene.NodeAboutToBeRemovedEvent, self.onNodeAboutToBeRemoved, priority=1.0)
        self.addObserver(scene, scene.NodeAddedEvent, self.onNodeAdded)
        self._makeShortcuts(widget)
        self._setParameterNode(self.logic.getParameterNode())  # for a module that is loaded again

    def cleanup(self) -> None:
        """Leave no process and no observer behind."""
        self.removeObservers()
        self._disconnectGui()
        self.panel.stop()

    def enter(self) -> None:
        """Show the scene's state, and get ready."""
        if self._parameters is None:
            self._setParameterNode(self.logic.getParameterNode())
        self._connectGui()
        self._enableShortcuts(True)
        self.panel.enter()

    def exit(self) -> None:
        """Leave the scene to other modules."""
        self._enableShortcuts(False)
        self.panel.exit()
        self._disconnectGui()

    def onSceneStartClose(self, _caller: object, _event: object) -> None:
        """Let go of the nodes."""
        self._setParameterNode(None)
        self.panel.close_scene()

    def onSceneEndClose(self, _caller: object, _event: object) -> None:
        """Begin anew in the empty scene."""
        if self.parent.isEntered:
            self._setParameterNode(self.logic.getParameterNode())
            self.panel.renew()

    def onSceneStartImport(self, _caller: object, _event: object) -> None:
        """Disconnect the selectors, which list the nodes anew afterwards and lose the selection."""
        self._disconnectGui()

    def onSceneEndImport(self, _caller: object, _event: object) -> None:
        """Show the loaded data."""
        if self.parent.isEntered or self._parameters is not None:
            self._setParameterNode(self.logic.getParameterNode())

    def onSceneEndBatchProcess(self, _caller: object, _event: object) -> None:
        """Edit what is chosen: the Segment Editor has taken what its own selector shows."""
        self.panel.review.correction.keep_nodes()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeAdded(self, _caller: object, _event: object, node: object) -> None:
        """Take notice of what is loaded."""
        self.panel.arrivals.note(node)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeAboutToBeRemoved(self, _caller: object, _event: object, node: object) -> None:
        """Choose nothing in place of what is removed."""
        self.panel.let_go(node)

    def onReload(self) -> None:
        """Load the panel and the library anew too, which Slicer does not do by itself."""
        names = [name for name in sys.modules if name.partition(".")[0] in ("MuscleSegPanel", "MuscleSegLib")]
        for name in names:
            del sys.modules[name]
        super().onReload()

    def _setParameterNode(self, node: object) -> None:
        from MuscleSegPanel.parameters import Parameters

        if self._parameters is not None:
            self._disconnectGui()
            self.removeObserver(self._parameters.parameterNode, vtk.vtkCommand.ModifiedEvent, self._onModified)
        self._parameters = Parameters(node) if node is not None else None
        if self._parameters is not None:
            self._connectGui()
            self.addObserver(self._parameters.parameterNode, vtk.vtkCommand.ModifiedEvent, self._onModified)
            self.panel.show(self._parameters)

    def _connectGui(self) -> None:
        if self._gui_tag is None:
            # Not connectGui, which tells no tag to disconnect by: https://github.com/Slicer/Slicer/issues/7547
            self._gui_tag = self._parameters.connectParametersToGui(self._bound)

    def _disconnectGui(self) -> None:
        if self._gui_tag is not None:
            self._parameters.disconnectGui(self._gui_tag)
        self._gui_tag = None

    def _onModified(self, _caller: object, _event: object) -> None:
        self.panel.follow()

    def _makeShortcuts(self, widget: qt.QWidget) -> None:
        buttons = {
            "Ctrl+Shift+M": self.ui.segmentButton,
            "Ctrl+Shift+N": self.ui.nextButton,
            "Ctrl+Shift+P": self.ui.previousButton,
            "Ctrl+Shift+R": self.ui.restoreButton,
            "Ctrl+Shift+C": self.ui.copyButton,
        }
        for keys, button in buttons.items():
            shortcut = qt.QShortcut(qt.QKeySequence(keys), widget)
            shortcut.setContext(qt.Qt.ApplicationShortcut)  # the mouse is in a slice view while one corrects
            shortcut.setEnabled(False)
            shortcut.connect("activated()", lambda button=button: button.click())  # not where it is disabled
            self._shortcuts.append(shortcut)

    def _enableShortcuts(self, enabled: bool) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(enabled)


def _bound_widgets(ui: object) -> dict[str, qt.QWidget]:
    """Return the widgets that show a parameter, by its name, which the .ui gives them."""
    named = {widget.property(SlicerParameterNamePropertyName): widget for widget in vars(ui).values()}
    return {name: widget for name, widget in named.items() if name}


class MuscleSegLogic(Logic):
    """Segmenting and measuring for scripts, by the rules of the panel. Errors are ``MuscleSegError``, of one sentence.

    Example for Slicer's Python console, with digital legs in place of a scan and its map of fat fraction::

        import SampleData
        from MuscleSeg import MuscleSegLogic

        scan, ff, mtr, t2 = SampleData.downloadSamples("MuscleSegThighs")
        logic = MuscleSegLogic()
        muscles = logic.segment(scan, region="thigh")
        table = logic.measure(muscles, ff=ff, ff_unit="percent")
        for row in range(table.GetNumberOfRows()):
            print([table.GetCellText(row, column) for column in range(table.GetNumberOfColumns())])
    """


class MuscleSegFileReader:
    """Slicer's reader of the files of our sample data."""

    def __init__(self, parent: object) -> None:
        self.parent = parent

    def description(self) -> str:
        """Return Slicer's name for such a file."""
        return _("Digital legs of MuscleSeg")

    def fileType(self) -> str:
        """Return the type by which Slicer knows such files."""
        from MuscleSegPanel import sample_data

        return sample_data.FILE_TYPE

    def extensions(self) -> list[str]:
        """Return the filter of Slicer's dialogs."""
        from MuscleSegPanel import sample_data

        return [f"{self.description()} (*{sample_data.ENDING})"]

    def load(self, properties: dict[str, object]) -> bool:
        """Load a file; its image has to be made first."""
        from MuscleSegLib.errors import MuscleSegError
        from MuscleSegPanel import sample_data
        from MuscleSegPanel.translation import translated

        try:
            node = sample_data.load(Path(properties["fileName"]), properties.get("name") or "")
        except MuscleSegError as error:
            self.parent.userMessages().AddMessage(vtk.vtkCommand.ErrorEvent, translated(error.message))
            return False
        self.parent.loadedNodes = [node.GetID()]
        return True


class MuscleSegTest(ScriptedLoadableModuleTest):
    """The self test that Slicer runs: *Reload and Test*, or ``Testing/run.py slicer``."""

    def setUp(self) -> None:
        """Begin with an empty scene."""
        slicer.mrmlScene.Clear()

    def runTest(self) -> None:
        """Go the way of a user, from sample data to a table."""
        from MuscleSegPanel import dependencies
        from MuscleSegPanel.self_test import run

        for region in ("thigh", "calf"):
            self.setUp()
            run(self, region)
        if dependencies.missing():
            untested = _("All passed but segmenting, which could not be tested.")
            self.skipTest(f"{untested} {dependencies.what_is_missing()}")
