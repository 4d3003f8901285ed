"""The distilled quality classifier: logistic regression on the features of `udfs.quality.features`.

It takes the place of the fastText classifier of Ultra-FineWeb (arXiv 2505.05427): the same idea, without a native
library on the executors. The fitted model is a handful of arrays, so it travels as npz bytes and is read without
unpickling.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from udfs.errors import InputError
from udfs.ids import stable_id
from udfs.quality.features import DENSE_NAMES, features

FORMAT = 1
_BATCH = 512
_MAX_BITS = 24


@dataclass(frozen=True)
class TrainSettings:
    """How the classifier is fitted.

    Parameters
    ----------
    bits : int
        Logarithm of the number of hashed columns, 1..24.
    good_from : int
        Labels of at least this are good. FineWeb-Edu (arXiv 2406.17557) keeps documents of 3 or more out of 5.
    inverse_regularisation : float
        ``C`` of the logistic regression; smaller is smoother.
    balanced : bool
        Weigh the classes equally, as Ultra-FineWeb balances its seeds. The score is then the probability in a
        half-and-half mix, not in the population.
    max_iterations : int
        Most iterations of the solver.
    """

    bits: int = 18
    good_from: int = 3
    inverse_regularisation: float = 4.0
    balanced: bool = True
    max_iterations: int = 200

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= _MAX_BITS:
            raise InputError("TRAIN_BITS", f"bits is {self.bits}; it must lie in 1..{_MAX_BITS}")


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A fitted classifier.

    Parameters
    ----------
    weights : numpy.ndarray of float32, shape (2**bits,)
        Weights of the hashed n-grams.
    dense_weights, dense_mean, dense_scale : numpy.ndarray of float64, shape (len(DENSE_NAMES),)
        Weights of the standardised dense features.
    intercept : float
        Log odds of an empty document with average shares.
    """

    weights: np.ndarray
    dense_weights: np.ndarray
    dense_mean: np.ndarray
    dense_scale: np.ndarray
    intercept: float

    @property
    def bits(self) -> int:
        """Logarithm of the number of hashed columns."""
        return int(self.weights.shape[0]).bit_length() - 1

    def score(self, texts: Sequence[str | None]) -> np.ndarray:
        """Return P(good) for each document, float64 in [0, 1]; an absent text counts as an empty one.

        A document's score does not depend on the documents beside it.
        """
        scores = np.empty(len(texts), dtype=np.float64)
        for start in range(0, len(texts), _BATCH):
            batch = [text or "" for text in texts[start : start + _BATCH]]
            sparse, dense = features(batch, self.bits)
            shares = (dense - self.dense_mean) / self.dense_scale
            # A sum along rows, since the blocking of a matrix product changes the last digits with the batch size.
            log_odds = sparse @ self.weights + (shares * self.dense_weights).sum(axis=1) + self.intercept
            scores[start : start + len(batch)] = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -60, 60)))
        return scores

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the model as plain arrays; `from_arrays` takes them back."""
        return {
            "format": np.array(FORMAT),
            "weights": self.weights,
            "dense_weights": self.dense_weights,
            "dense_mean": self.dense_mean,
            "dense_scale": self.dense_scale,
            "intercept": np.array(self.intercept),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> LinearModel:
        """Rebuild a model.

        Raises
        ------
        InputError
            ``QUALITY_MODEL_BROKEN`` where an array is missing, of another shape, or not finite.
        """
        try:
            version = int(arrays["format"])
            model = cls(
                weights=np.asarray(arrays["weights"], dtype=np.float32),
                dense_weights=np.asarray(arrays["dense_weights"], dtype=np.float64),
                dense_mean=np.asarray(arrays["dense_mean"], dtype=np.float64),
                dense_scale=np.asarray(arrays["dense_scale"], dtype=np.float64),
                intercept=float(arrays["intercept"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError("QUALITY_MODEL_BROKEN", f"not the arrays of a quality model: {error!r}") from error
        columns = model.weights.size
        dense = (model.dense_weights, model.dense_mean, model.dense_scale)
        sound = (
            version == FORMAT
            and model.weights.shape == (columns,)
            and columns == 1 << model.bits
            and 1 <= model.bits <= _MAX_BITS
            and all(array.shape == (len(DENSE_NAMES),) and np.isfinite(array).all() for array in dense)
            and bool((model.dense_scale > 0).all())
            and bool(np.isfinite(model.weights).all())
            and bool(np.isfinite(model.intercept))
        )
        if not sound:
            raise InputError(
                "QUALITY_MODEL_BROKEN", "the quality model has another format or broken weights; train it again"
            )
        return model

    def to_bytes(self) -> bytes:
        """Return the arrays as npz bytes; equal models give equal bytes."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **self.to_arrays())  # type: ignore[arg-type]
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> LinearModel:
        """Read what `to_bytes` wrote, never unpickling.

        Raises
        ------
        InputError
            ``QUALITY_MODEL_BROKEN`` where the bytes are no such model.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
        except Exception as error:  # zipfile, zlib and numpy each raise their own for broken bytes
            raise InputError("QUALITY_MODEL_BROKEN", f"not npz bytes of a quality model: {error!r}") from error
        return cls.from_arrays(arrays)


def train(
    texts: Sequence[str], labels: Sequence[int] | np.ndarray, settings: TrainSettings | None = None
) -> LinearModel:
    """Fit the classifier.

    Parameters
    ----------
    texts : sequence of str
        Documents.
    labels : sequence of int, shape (documents,)
        Rubric scores 0..5.
    settings : TrainSettings, optional
        Defaults where absent.

    Returns
    -------
    LinearModel
        The same whatever the order of the documents.

    Raises
    ------
    InputError
        ``TRAIN_LENGTHS`` where texts and labels differ in number, ``TRAIN_ONE_CLASS`` where all labels are good or none
        is.
    """
    import scipy.sparse as sp
    from sklearn.linear_model import LogisticRegression

    settings = settings or TrainSettings()
    if len(texts) != len(labels):
        raise InputError("TRAIN_LENGTHS", f"{len(texts)} texts but {len(labels)} labels")
    good = np.asarray(labels) >= settings.good_from
    if good.all() or not good.any():
        message = (
            f"{int(good.sum())} of {len(texts)} labels reach good_from={settings.good_from}; both classes are needed"
        )
        raise InputError("TRAIN_ONE_CLASS", message)
    # Sums of floats depend on their order, so rows are put into one order first.
    order = sorted(range(len(texts)), key=lambda index: (stable_id(texts[index]), bool(good[index])))
    sparse, dense = features([texts[index] for index in order], settings.bits)
    mean = dense.mean(axis=0)
    scale = dense.std(axis=0)
    scale[scale < 1e-9] = 1.0
    matrix = sp.hstack([sparse, sp.csr_matrix((dense - mean) / scale)], format="csr")
    fitted = LogisticRegression(
        C=settings.inverse_regularisation,
        class_weight="balanced" if settings.balanced else None,
        max_iter=settings.max_iterations,
        solver="lbfgs",
    ).fit(matrix, good[order])
    coefficients = fitted.coef_[0]
    columns = 1 << settings.bits
    return LinearModel(
        weights=coefficients[:columns].astype(np.float32),
        dense_weights=coefficients[columns:].astype(np.float64),
        dense_mean=mean,
        dense_scale=scale,
        intercept=float(fitted.intercept_[0]),
    )
