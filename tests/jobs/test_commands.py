"""The command line: what a wrong call says, and that it says so before Spark starts."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from jobs import cli
from jobs.registry import COMMANDS


@pytest.fixture(autouse=True)
def no_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("Spark was started")

    monkeypatch.setattr("jobs.command.build_session", refuse)


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(command.name in shown for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_explains_itself(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    module = importlib.import_module(command.module)  # type: ignore[attr-defined]
    assert module.main(["--help"]) == 0
    assert "--lake" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["ingst"], 2, "tierlake: no command 'ingst'; did you mean 'ingest'?"),
        (["filter", "--nope"], 2, "No such option: --nope"),
        (
            ["filter", "--set", "filtr.languages=[en]"],
            1,
            "CONF_UNKNOWN_KEY: no setting 'filtr'; did you mean 'filter'?",
        ),
        (["filter", "--set", "filter.rule_sets={prose: {en: [fineweeb]}}"], 1, "fineweb"),
        (["ingest"], 1, "INPUT_NONE"),
        (["ingest", "--input", "no/such/folder"], 1, "INPUT_NO_SUCH_PATH"),
        (
            ["label", "--set", "engine.model=./no-such-model"],
            1,
            "ENGINE_NO_MODEL: engine.model ./no-such-model is no folder",
        ),
        (["dedup", "--set", "dedup.preset=finweb"], 1, "CONF_BAD_VALUE: dedup.preset 'finweb'"),
        (["decontaminate", "--benchmarks", "no-such.jsonl"], 1, "INPUT_NO_SUCH_PATH"),
        (["train", "--lake", "s3://bucket/lake"], 1, "CONF_NO_TRACKING"),
        (["sql", "SELECT 1", "--format", "xml"], 1, "INPUT_BAD_FORMAT"),
        (["pipeline", "--until", "nothing"], 1, "INPUT_NO_SUCH_JOB"),
        (["parse", "--set", "parse.tokenizer=/no/such.json"], 1, "CONF_NO_TOKENIZER"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_calls_are_one_line(
    arguments: list[str], status: int, message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert cli.main(arguments) == status
    error = capsys.readouterr().err.strip()
    assert message in error
    assert len(error.splitlines()) == 1


def test_a_pipeline_checks_its_last_job_before_its_first(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("text")
    arguments = ["pipeline", "--input", str(page), "--set", "engine.model=./absent"]
    assert cli.main(arguments) == 1
    assert "ENGINE_NO_MODEL" in capsys.readouterr().err
