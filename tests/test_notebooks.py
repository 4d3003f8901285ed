"""The notebooks run from the first cell to the last on a real lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole_way import WholeWay, light_environment

pytestmark = [pytest.mark.spark, pytest.mark.slow]

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(notebook: Path, whole_way: WholeWay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    environment = light_environment(tmp_path / "spark-conf")
    for name, value in {**environment, "TIERLAKE_LAKE": str(whole_way.lake), "IPYTHONDIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    read = nbformat.read(notebook, as_version=4)
    assert all(not cell.get("outputs") for cell in read.cells), "notebooks are kept without outputs"
    NotebookClient(
        read, timeout=300, kernel_name="python3", resources={"metadata": {"path": notebook.parent}}
    ).execute()
