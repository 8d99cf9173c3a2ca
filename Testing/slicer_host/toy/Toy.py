"""A module as small as one can be that has what MuscleSeg's has: a panel, a parameter node, an observer."""

import slicer
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import parameterNodeWrapper
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)
from slicer.util import VTKObservationMixin


@parameterNodeWrapper
class ToyParameters:
    scan: slicer.vtkMRMLScalarVolumeNode


class Toy(ScriptedLoadableModule):
    def __init__(self, parent):
        super().__init__(parent)
        parent.title = _("A toy")


class ToyLogic(ScriptedLoadableModuleLogic):
    pass


class ToyWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    def __init__(self, parent=None):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.entered = 0
        self.scenes_closed = 0

    def setup(self):
        super().setup()
        widget = slicer.util.loadUI(self.resourcePath("UI/Toy.ui"))
        self.layout.addWidget(widget)
        self.ui = slicer.util.childWidgetVariables(widget)
        widget.setMRMLScene(slicer.mrmlScene)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.EndCloseEvent, self.onSceneEndClose)
        self.parameters = ToyParameters(ToyLogic().getParameterNode())
        self.tag = self.parameters.connectParametersToGui({"scan": self.ui.scan})
        self.ui.goButton.connect("clicked(bool)", self.onGo)

    def enter(self):
        self.entered += 1

    def cleanup(self):
        self.parameters.disconnectGui(self.tag)
        self.removeObservers()

    def onSceneEndClose(self, caller, event):
        self.scenes_closed += 1

    def onGo(self):
        self.ui.status.text = _("Done")


class ToyTest(ScriptedLoadableModuleTest):
    def runTest(self):
        self.delayDisplay("tested")
        slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode", "tested")
