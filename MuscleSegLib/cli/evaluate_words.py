"""Main table of a study in words, for the terminal."""

from MuscleSegLib.report.study import Table


def sentences_of(main: Table) -> list[str]:
    """Return the main table in words, a line each."""
    if main.name == "transfer":
        return [
            f"{row.source}, {row.slices} slices: DSC {row.dsc:.3f}, {row.folds} {'fold' if row.folds == 1 else 'folds'}"
            for row in main.rows
        ]
    if main.name == "table1":
        return [_network_words(row) for row in main.rows if row.source == "this study"]
    if main.name == "changes":
        beyond = [row for row in main.rows if row.is_beyond_noise]
        sentences = [
            f"{' '.join(filter(None, (row.side, row.muscle)))}: {row.quantity} {row.change:+.2f}" for row in beyond
        ]
        return [f"{len(beyond)} of {len(main.rows)} quantities changed beyond noise.", *sentences]
    return [f"{row.muscle}: {row.quantity}, {row.smallest_detectable_change:.2f}" for row in main.rows]


def _network_words(row: object) -> str:
    def cell(mean: str, sd: str) -> str:
        values = getattr(row, mean), getattr(row, sd)
        return " ± ".join("-" if value is None else f"{value:.2f}" for value in values)

    ff, volume = cell("ff_error_percent", "ff_error_sd_percent"), cell("volume_error_cm3", "volume_error_sd_cm3")
    absent = getattr(row, "absence_percent", None)
    return (
        f"{getattr(row, 'network', '')}: DSC {cell('dsc', 'dsc_sd')}, FF error {ff} points, volume error {volume} cm3, "
        f"absent {'-' if absent is None else f'{absent:.1f}'} %"
    )
