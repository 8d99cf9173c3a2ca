"""The sections of the panel, one of which is open at a time, so that all of it stays on one screen."""

import functools

import ctk


class Sections:
    """Network, muscles, improvement, maps and results, in the order of the work."""

    def __init__(self, ui: object) -> None:
        self._sections = (
            *(ui.networkSection, ui.musclesSection, ui.improveSection),
            *(ui.mapsSection, ui.resultsSection),
        )
        for section in self._sections:
            section.connect("contentsCollapsed(bool)", functools.partial(self._on_collapsed, section))

    def _on_collapsed(self, section: ctk.ctkCollapsibleButton, is_collapsed: bool) -> None:
        if not is_collapsed:
            for other in self._sections:
                if other is not section:
                    other.collapsed = True
