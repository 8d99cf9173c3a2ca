"""The host behaves as a real Slicer 5.13 did when it was asked: each test is one answer it gave."""

import sys

import numpy as np
import pytest


@pytest.fixture
def qt(host):
    import qt

    return qt


def test_a_property_is_an_attribute(qt):
    button, combo = qt.QPushButton("hi"), qt.QComboBox()
    combo.addItems(["one", "two"])

    assert (button.text, button.enabled, combo.currentIndex, combo.count) == ("hi", True, 0, 2)

    button.text = "Segment"

    assert button.text == "Segment"


def test_a_getter_cannot_be_called(qt):
    with pytest.raises(TypeError):
        qt.QPushButton("hi").text()


def test_an_attribute_that_a_class_lacks_cannot_be_set(qt):
    message = "'tooltip' does not exist on QPushButton and creating new attributes on C\\+\\+ objects is not allowed"
    with pytest.raises(AttributeError, match=message):
        qt.QPushButton().tooltip = "x"


@pytest.mark.parametrize("name", ["QTableWidgetItem", "QTimer", "QIcon"])
def test_no_class_of_qt_takes_new_attributes(qt, name):
    with pytest.raises(AttributeError, match="does not exist on"):
        getattr(qt, name)().remembered = 1


def test_a_class_derived_in_python_takes_new_attributes(qt):
    class Button(qt.QPushButton):
        pass

    button = Button()
    button.remembered = 1

    assert button.remembered == 1


def test_a_property_that_is_only_read_cannot_be_set(qt):
    with pytest.raises(AttributeError, match="not writable"):
        qt.QComboBox().count = 3


def test_reading_what_a_class_lacks_fails(qt):
    with pytest.raises(AttributeError, match="QPushButton has no attribute named 'nosuch'"):
        _ = qt.QPushButton().nosuch


def test_text_takes_a_number_in_silence(qt):
    button = qt.QPushButton()
    button.text = 3

    assert button.text == "3"


def test_a_whole_number_of_numpys_is_refused(qt):
    with pytest.raises(AttributeError, match="does not accept an object of type int64"):
        qt.QProgressBar().value = np.int64(3)


def test_a_wrong_signal_gives_false_and_is_kept_as_an_error(qt, host, capsys):
    assert qt.QPushButton().connect("click(bool)", print) is False

    assert "click(bool)" in capsys.readouterr().err
    assert "click(bool)" in host.errors.pop()


def test_arguments_are_cut_to_what_a_slot_takes(qt):
    button, heard = qt.QPushButton(), []

    assert button.connect("clicked(bool)", lambda: heard.append("none")) is True
    button.clicked.connect(lambda on: heard.append(on))
    button.connect("clicked()", lambda *every: heard.append(every))
    button.connect("clicked(bool)", lambda *every: heard.append(every))
    button.click()

    assert heard == ["none", False, (), (False,)]


def test_a_slot_that_raises_is_kept_as_an_error_and_the_click_goes_on(qt, host):
    button, heard = qt.QPushButton(), []
    button.clicked.connect(lambda: 1 / 0)
    button.clicked.connect(lambda: heard.append("after"))

    button.click()

    assert heard == ["after"]
    assert "ZeroDivisionError" in host.errors.pop()


def test_a_slot_is_disconnected_by_either_spelling(qt):
    button, heard = qt.QPushButton(), []
    button.connect("clicked(bool)", heard.append)

    assert button.disconnect("clicked(bool)", heard.append)
    assert not button.clicked.disconnect(heard.append)
    button.click()

    assert heard == []


def test_a_bound_method_is_kept_alive(qt):
    class Listener:
        heard = 0

        def hear(self):
            Listener.heard += 1

    button = qt.QPushButton()
    button.clicked.connect(Listener().hear)
    button.click()

    assert Listener.heard == 1


def test_a_widget_that_qt_made_itself_behaves_alike(qt, host):
    table, heard = qt.QTableWidget(1, 1), []
    header = table.horizontalHeader()

    assert header.connect("sectionClicked(int)", heard.append)
    header.sectionClicked.emit(2)

    assert heard == [2]


def test_an_enumeration_is_a_number(qt):
    box, heard = qt.QCheckBox(), []
    box.connect("stateChanged(int)", heard.append)
    box.checked = True

    assert qt.Qt.Checked == 2
    assert heard == [qt.Qt.Checked]
    assert int(qt.Qt.Checked) == 2
    assert not qt.Qt.Unchecked


def test_lists_of_strings_come_back_as_tuples(qt):
    import slicer

    selector = slicer.qMRMLNodeComboBox()
    assert selector.nodeTypes == ()

    selector.nodeTypes = ["vtkMRMLScalarVolumeNode"]

    assert selector.nodeTypes == ("vtkMRMLScalarVolumeNode",)


def test_a_dynamic_property_is_an_attribute(qt):
    button = qt.QPushButton()
    button.setProperty("SlicerParameterName", "scan")

    assert button.SlicerParameterName == "scan"


def test_a_child_is_an_attribute_by_its_name(qt):
    parent = qt.QWidget()
    child = qt.QPushButton(parent)
    child.name = "segmentButton"

    assert parent.segmentButton is child


def test_a_process_says_how_it_ended_and_gives_bytes(qt, host):
    process, ends = qt.QProcess(), []
    process.connect("finished(int,QProcess::ExitStatus)", lambda *end: ends.append(end))
    process.start(sys.executable, ["-c", "print('hello')"])

    host.spin(lambda: ends)

    assert ends == [(0, 0)]
    assert process.readAllStandardOutput().data() == b"hello\n"


def test_a_program_that_does_not_exist_is_an_error_of_the_process(qt, host):
    process, problems = qt.QProcess(), []
    process.connect("errorOccurred(QProcess::ProcessError)", problems.append)
    process.start("no-such-program", [])

    host.spin(lambda: problems)

    assert problems == [0]


def test_a_process_that_is_dropped_while_it_runs_is_an_error(qt, host):
    process = qt.QProcess()
    process.start(sys.executable, ["-c", "import time; time.sleep(30)"])
    assert process.waitForStarted()

    process.deleteLater()
    host.work()

    assert "Destroyed while process" in host.errors.pop()


def test_a_process_takes_an_environment(qt, host):
    process, environment = qt.QProcess(), qt.QProcessEnvironment.systemEnvironment()
    environment.insert("TOY", "41")
    process.setProcessEnvironment(environment)
    process.start(sys.executable, ["-c", "import os; print(os.environ['TOY'])"])

    assert process.waitForFinished()
    assert process.readAllStandardOutput().data() == b"41\n"


def test_a_file_dialog_gives_a_string(qt, host):
    host.dialogs.will_answer("/somewhere/table.csv")

    assert qt.QFileDialog.getOpenFileName(None, "Open a table") == "/somewhere/table.csv"
    assert host.dialogs.questions == ["Open a table"]


def test_a_window_that_nobody_expects_is_an_error(qt, host):
    assert qt.QFileDialog.getSaveFileName(None, "Save") == ""

    assert "did not expect: Save" in host.errors.pop()


def test_a_timer_has_a_function_and_a_property_of_one_name(qt, host):
    heard, timer = [], qt.QTimer()
    timer.singleShot = True
    timer.timeout.connect(lambda: heard.append("timer"))
    timer.start(1)
    qt.QTimer.singleShot(1, lambda: heard.append("function"))

    host.spin(lambda: len(heard) == 2)

    assert timer.singleShot is True
