"""Scans of thigh and calf, and a worker that draws their true muscles when it is told to."""

import numpy as np

from MuscleSegLib.anatomy import labels_of
from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import Volume, write_labels

NAMES = [label.name for label in labels_of("lower-limb", two_legs=True)]

SOLEUS, LEFT_SOLEUS, GRACILIS = 26, 126, 3


class Client:
    """A worker that draws the true muscles when it is told to."""

    def __init__(self, stations):
        self.stations, self.jobs = stations, []

    def submit(self, job, handlers):
        self.jobs.append((job, handlers))
        return str(len(self.jobs))

    def start(self):
        pass

    def stop(self):
        pass

    def check(self):
        pass

    def segment(self, station, *, region=None, without=None):
        """Answer the last job with the muscles of a station, without one of them."""
        job, handlers = self.jobs[-1]
        region = region or {"both": "lower-limb"}.get(station, station)
        truth = self.stations[station][1]
        labels = Volume(np.where(truth.array == without, 0, truth.array), truth.geometry)
        write_labels(labels, job.output, segments=segments_of(region, two_legs=True))
        confidence = {str(number): 0.5 + number / 1000 for number in np.unique(labels.array)[1:].tolist()}
        summary = {"network": f"{region} 1", "device": "cpu", "confidence": confidence, "sides": ["right", "left"]}
        handlers.result({**summary, "region": region, "notes": [], "output": str(job.output)})


def load(work, station, stations):
    from MuscleSegLib.scene.volumes import add_volume

    return add_volume(stations[station][0], f"scan of {station}")


def listed(work):
    table = work.ui.networkTable
    return [table.item(row, table.columnCount - 1).text() for row in range(table.rowCount)]


def volumes(work):
    return {name: cells[0] for name, cells in work.table().items()}


def select(work, name):
    table = work.ui.musclesTable
    table.setCurrentCell(next(row for row in range(table.rowCount) if table.item(row, 1).text() == name), 1)
    work.host.work()
