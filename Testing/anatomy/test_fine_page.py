"""The page on the fine muscles is that of the tables."""

from MuscleSegLib.anatomy import FINE_MUSCLES, SCHEMES
from MuscleSegLib.anatomy.fine_page import main, page


def test_the_page_in_resources_is_what_would_be_written_now(project_root):
    on_disk = (project_root / "Resources" / "Documentation" / "fine-muscles.md").read_text(encoding="utf-8")
    assert on_disk == page(), "run: python -m MuscleSegLib.anatomy.fine_page Resources/Documentation"


def test_every_fine_muscle_and_every_scheme_is_on_the_page(tmp_path):
    main([str(tmp_path)])
    text = (tmp_path / "fine-muscles.md").read_text(encoding="utf-8")
    for muscle in FINE_MUSCLES:
        row = next(line for line in text.splitlines() if line.startswith(f"| {muscle.code} | {muscle.name} |"))
        assert muscle.concept[1] in row
    assert all(f"`{scheme.name}`" in text for scheme in SCHEMES if not scheme.is_proposed)
