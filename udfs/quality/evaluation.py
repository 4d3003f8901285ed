"""How good a quality model is, on documents it has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from udfs.errors import InputError
from udfs.ids import stable_id

QUANTILES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
_BINS = 10


def split(ids: Sequence[str], held_out_share: float, seed: int) -> np.ndarray:
    """Say for each id whether it is held out, by its hash: no list is shuffled, and new documents move no old one.

    Parameters
    ----------
    ids : sequence of str
        Document ids.
    held_out_share : float
        Expected share of held-out documents, 0..1.
    seed : int
        Another seed gives another split.

    Returns
    -------
    numpy.ndarray of bool, shape (documents,)

    Examples
    --------
    >>> split(["a", "b", "c", "d", "e", "f"], 0.5, seed=1).tolist()
    [False, True, True, True, False, True]
    """
    limit = int(held_out_share * (1 << 64))
    return np.array([int(stable_id("split", str(seed), entry)[:16], 16) < limit for entry in ids], dtype=bool)


def calibration_error(scores: np.ndarray, good: np.ndarray) -> float:
    """Return the expected calibration error over ten bins of equal width (Naeini et al., AAAI 2015).

    Parameters
    ----------
    scores : numpy.ndarray of float, shape (documents,)
        In 0..1.
    good : numpy.ndarray of bool, shape (documents,)

    Examples
    --------
    >>> calibration_error(np.array([0.0, 1.0, 1.0, 1.0]), np.array([False, True, True, False]))
    0.25
    """
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    gap = np.bincount(bins, weights=scores - good.astype(float), minlength=_BINS)
    return float(np.abs(gap).sum() / len(scores))


def cohen_kappa(left: np.ndarray, right: np.ndarray) -> float:
    """Return the agreement of two truth-value judgements beyond chance (Cohen 1960); 0 where chance is certain.

    Examples
    --------
    >>> cohen_kappa(np.array([True, True, False, False]), np.array([True, False, False, False]))
    0.5
    """
    observed = float((left == right).mean())
    share_left, share_right = float(left.mean()), float(right.mean())
    expected = share_left * share_right + (1 - share_left) * (1 - share_right)
    return (observed - expected) / (1 - expected) if expected < 1 else 0.0


def evaluate(scores: np.ndarray, good: np.ndarray, threshold: float) -> dict[str, float]:
    """Measure a model on held-out documents.

    Parameters
    ----------
    scores : numpy.ndarray of float, shape (documents,)
        P(good).
    good : numpy.ndarray of bool, shape (documents,)
        What the labels say.
    threshold : float
        Scores of at least this are kept.

    Returns
    -------
    dict of str to float
        ``documents, good_share, keep_share, auc, precision, recall, f1, kappa, calibration_error, threshold`` and
        ``score_q01`` to ``score_q99``. ``auc`` is NaN where only one class occurs.

    Raises
    ------
    InputError
        ``EVALUATION_EMPTY`` where there is no document.
    """
    from sklearn.metrics import roc_auc_score

    scores = np.asarray(scores, dtype=np.float64)
    good = np.asarray(good, dtype=bool)
    if not len(scores):
        raise InputError("EVALUATION_EMPTY", "no held-out document; raise held_out_share or label more documents")
    kept = scores >= threshold
    hits = float((kept & good).sum())
    precision = hits / kept.sum() if kept.any() else 0.0
    recall = hits / good.sum() if good.any() else 0.0
    values = {
        "documents": float(len(scores)),
        "good_share": float(good.mean()),
        "keep_share": float(kept.mean()),
        "auc": float(roc_auc_score(good, scores)) if 0 < good.sum() < len(good) else float("nan"),
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(2 * precision * recall / (precision + recall)) if hits else 0.0,
        "kappa": cohen_kappa(kept, good),
        "calibration_error": calibration_error(scores, good),
        "threshold": float(threshold),
    }
    for share, value in zip(QUANTILES, np.quantile(scores, QUANTILES), strict=True):
        values[f"score_q{round(share * 100):02d}"] = float(value)
    return values


def threshold_for_share(scores: np.ndarray, keep_share: float) -> float:
    """Return the highest threshold that keeps at least this share of the documents.

    Examples
    --------
    >>> threshold_for_share(np.array([0.1, 0.2, 0.3, 0.4]), 0.5)
    0.3
    """
    ranked = np.sort(np.asarray(scores, dtype=np.float64))[::-1]
    if not len(ranked):
        raise InputError("EVALUATION_EMPTY", "no score to choose a threshold from")
    wanted = int(np.ceil(keep_share * len(ranked) - 1e-9))
    return float(ranked[min(max(wanted, 1), len(ranked)) - 1])


def threshold_for_precision(scores: np.ndarray, good: np.ndarray, precision: float) -> float | None:
    """Return the lowest threshold whose kept documents are good in at least this share; None where none is.

    Examples
    --------
    >>> threshold_for_precision(np.array([0.1, 0.2, 0.3, 0.4]), np.array([False, True, False, True]), 0.6)
    0.2
    """
    scores = np.asarray(scores, dtype=np.float64)
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    share = np.cumsum(np.asarray(good, dtype=bool)[order]) / np.arange(1, len(ranked) + 1)
    # A threshold keeps all documents of equal score, so only the last of each run of ties counts.
    last_of_tie = np.append(ranked[1:] != ranked[:-1], True) if len(ranked) else np.zeros(0, dtype=bool)
    reached = np.flatnonzero(last_of_tie & (share >= precision - 1e-12))
    return float(ranked[reached[-1]]) if len(reached) else None
