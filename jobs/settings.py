"""Settings: ``conf/tierlake.yaml``, merged with an environment file and ``--set``, checked before Spark starts."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from udfs.errors import SettingsError
from udfs.ids import stable_id
from udfs.resources import conf_names, conf_text


class Section(BaseModel):
    """A group of settings. Defaults live in ``conf/tierlake.yaml``, so none stands here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LakeSettings(Section):
    path: str
    schema_name: str | None = Field(alias="schema")
    log_retention_days: int = Field(ge=1)


class SparkSettings(Section):
    lane: Literal["auto", "a", "b"]
    master: str | None
    driver_memory: str = Field(pattern=r"^\d+[mg]$")
    shuffle_partitions: int | None = Field(ge=1)
    java_home: str
    nlp: bool
    conf: dict[str, Any]


class MlflowSettings(Section):
    enabled: bool
    tracking_uri: str | None
    experiment: str
    model_name: str


class PriceSettings(Section):
    currency: str
    cpu_hour: float = Field(ge=0)
    gpu_hour: float = Field(ge=0)


class IngestSettings(Section):
    paths: list[str]
    source: str | None
    license: str | None
    text_field: str | None
    html_field: str | None
    uri_field: str | None
    time_field: str | None
    license_field: str | None
    max_payload_bytes: int = Field(ge=1)
    wave_bytes: int = Field(ge=1)
    tasks: int = Field(ge=1)


class ParseSettings(Section):
    max_payload_bytes: int = Field(ge=1)
    redact_personal_data: bool
    tokenizer: str | None
    batch_rows: int = Field(ge=1)
    cpu_seconds: float = Field(gt=0)
    memory_bytes: int = Field(ge=2**26)


class UrlListSettings(Section):
    domains: list[str]
    addresses: list[str]
    words: list[str]
    soft_words: list[str]
    substrings: list[str]


class FilterSettings(Section):
    languages: list[str]
    min_language_score: float = Field(ge=0, le=1)
    rule_sets: dict[str, dict[str, list[str]]]
    thresholds: dict[str, dict[str, float]]
    url_lists: UrlListSettings
    bad_words: dict[str, list[str]]
    plain_kinds: list[Literal["prose", "code", "math", "forum"]]
    code_skips_language: bool

    def rule_set_names(self) -> list[str]:
        """Return the names of the rule sets in use, each once, sorted."""
        return sorted(
            {name for by_language in self.rule_sets.values() for names in by_language.values() for name in names}
        )


class DedupSettings(Section):
    preset: str
    min_similarity: float = Field(gt=0, le=1)
    min_containment: float = Field(gt=0, le=1)
    survivor: Literal["longest", "earliest", "best_scored"]
    score: str
    same_address: bool
    passages: Literal["paragraph", "line"] | None
    min_passage_bytes: int = Field(ge=1)
    max_repeated: float = Field(ge=0, lt=1)
    bucket_cap: int = Field(ge=1)
    driver_pairs: int = Field(ge=0)


class DecontaminateSettings(Section):
    benchmarks: list[str]
    ngram: int = Field(ge=4)


class EngineSettings(Section):
    kind: Literal["vllm", "openai", "scripted"]
    model: str
    revision: str | None
    dtype: Literal["auto", "float32", "bfloat16", "float16"]
    max_model_len: int = Field(ge=64)
    depth: int = Field(ge=1)
    tasks: int = Field(ge=1)
    wave_requests: int = Field(ge=1)
    max_error_rate: float = Field(ge=0, le=1)
    base_url: str | None
    api_key_env: str | None
    tensor_parallel_size: int = Field(ge=1)
    gpu_memory_utilization: float = Field(gt=0, le=1)


class LabelSettings(Section):
    share: float = Field(gt=0, le=1)
    limit: int = Field(ge=1)
    seed: int
    formulation: Literal["panel", "rubric"]


class TrainSettings(Section):
    min_labels: int = Field(ge=4)
    min_new_labels: int = Field(ge=1)
    positive_from: int | None = Field(ge=1, le=5)
    held_out_share: float = Field(gt=0, lt=1)
    min_auc: float = Field(ge=0, le=1)
    seed: int


class SelectSettings(Section):
    keep_share: float = Field(gt=0, le=1)
    thresholds: dict[str, float]


class RefineSettings(Section):
    tasks: list[Literal["edit", "qa", "textbook"]]
    kinds: list[Literal["prose", "code", "math", "forum"]]
    limits: dict[str, int | None]
    max_lines: int = Field(ge=1)


class OrganizeSettings(Section):
    sources: list[Literal["l2_documents", "l3_documents"]]
    limit: int | None = Field(ge=1)
    yake: bool
    engine: Literal["auto", "sparknlp", "plain"]


class ReportSettings(Section):
    path: str | None
    samples: int = Field(ge=0)


class Settings(Section):
    """All settings of a run, resolved and checked; see ``conf/tierlake.yaml`` for what each means."""

    lake: LakeSettings
    spark: SparkSettings
    mlflow: MlflowSettings
    prices: PriceSettings
    ingest: IngestSettings
    parse: ParseSettings
    filter: FilterSettings
    dedup: DedupSettings
    decontaminate: DecontaminateSettings
    engine: EngineSettings
    label: LabelSettings
    train: TrainSettings
    select: SelectSettings
    refine: RefineSettings
    organize: OrganizeSettings
    report: ReportSettings

    def section_hash(self, names: Iterable[str]) -> str:
        """Hash the named sections, the filter's with its rule sets; equal ones give equal hashes on every machine."""
        sections = {name: getattr(self, name).model_dump(mode="json") for name in sorted(names)}
        if "filter" in sections:
            sections["rules"] = {name: conf_text(f"rules/{name}.yaml") for name in self.filter.rule_set_names()}
        return stable_id(json.dumps(sections, sort_keys=True))

    def flat(self) -> dict[str, str]:
        """Return ``section.key`` to text, for MLflow and for people."""
        return {path: _as_text(value) for path, value in _leaves(self.model_dump(mode="json", by_alias=True), "")}


def load_settings(
    environment: str = "local", files: Iterable[str | Path] = (), assignments: Iterable[str] = ()
) -> Settings:
    """Merge and check the settings of a run.

    Parameters
    ----------
    environment : str
        Name of a file beside ``conf/tierlake.yaml``: ``local``, ``databricks`` or ``emr``.
    files : iterable of path
        YAML files of the user's own, merged in order.
    assignments : iterable of str
        ``section.key=value``; the value is read as YAML.

    Raises
    ------
    SettingsError
        ``CONF_UNKNOWN_KEY`` (with the nearest known name), ``CONF_BAD_VALUE``, ``CONF_BAD_FILE`` or
        ``CONF_NO_ENVIRONMENT``.

    Examples
    --------
    >>> load_settings(assignments=["label.limit=3"]).label.limit
    3
    >>> load_settings(assignments=["label.limt=3"])
    Traceback (most recent call last):
        ...
    udfs.errors.SettingsError: CONF_UNKNOWN_KEY: no setting 'label.limt'; did you mean 'label.limit'?
    """
    known = yaml.safe_load(conf_text("tierlake.yaml"))
    environments = [name for name in conf_names(".", ".yaml") if name != "tierlake"]
    if environment not in environments:
        raise SettingsError(
            "CONF_NO_ENVIRONMENT", f"no environment '{environment}'; there are: {', '.join(environments)}"
        )
    merged = known
    for origin, text in [(f"{environment}.yaml", conf_text(f"{environment}.yaml")), *_read_files(files)]:
        merged = _merge(known, merged, _parse_yaml(origin, text), ())
    for assignment in assignments:
        path, separator, value = assignment.partition("=")
        if not separator:
            raise SettingsError("CONF_BAD_VALUE", f"'{assignment}' is no assignment; write --set section.key=value")
        update: Any = _parse_yaml(assignment, value)
        for key in reversed(path.strip().split(".")):
            update = {key: update}
        merged = _merge(known, merged, update, ())
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError("CONF_BAD_VALUE", f"{where}: {first['msg']} (given: {first['input']!r})") from None


def _read_files(files: Iterable[str | Path]) -> list[tuple[str, str]]:
    try:
        return [(str(file), Path(file).read_text(encoding="utf-8")) for file in files]
    except OSError as error:
        raise SettingsError(
            "CONF_BAD_FILE", f"cannot read the settings file {error.filename}: {error.strerror}"
        ) from None


def _parse_yaml(origin: str, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = str(error).replace("\n", " ")
        raise SettingsError("CONF_BAD_FILE", f"{origin} is no YAML: {line}") from None


# Keys below these are the user's own names, not ours.
_OPEN = {
    ("spark", "conf"),
    ("filter", "rule_sets"),
    ("filter", "thresholds"),
    ("filter", "bad_words"),
    ("select", "thresholds"),
    ("refine", "limits"),
}


def _merge(known: Any, base: Any, update: Any, path: tuple[str, ...]) -> Any:
    if not isinstance(base, Mapping) or not isinstance(update, Mapping):
        return base if update is None and not path else update
    merged = dict(base)
    for key, value in update.items():
        here = (*path, str(key))
        if path in _OPEN or any(path[: len(opened)] == opened for opened in _OPEN):
            merged[str(key)] = value
        elif key not in known:
            raise SettingsError("CONF_UNKNOWN_KEY", f"no setting '{'.'.join(here)}'{_nearest(here)}")
        else:
            merged[key] = _merge(known[key], base[key], value, here)
    return merged


def _nearest(path: tuple[str, ...]) -> str:
    names = [name for name, _ in _leaves(yaml.safe_load(conf_text("tierlake.yaml")), "")]
    names += sorted({name.split(".")[0] for name in names})
    close = difflib.get_close_matches(".".join(path), names, n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""


def _leaves(value: Any, path: str) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{path}.{key}" if path else str(key))]
    return [(path, value)]


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
