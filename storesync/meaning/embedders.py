"""Who turns texts into vectors.

Without a key it is wordllama: 256 numbers a text from weights that lie in its wheel. Nothing is downloaded,
nothing leaves the machine. Vectors of two models never meet: each carries its model's name, and a question
is put to those of one model only.
"""

import importlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from storesync.meaning.models import DIMENSIONS

Vectors: TypeAlias = npt.NDArray[np.float32]


class EmbeddingFailed(RuntimeError):
    """No vectors can be had now. Search goes on with words alone; what is due is tried again later."""


class Embedder(Protocol):
    """A model behind a name."""

    @property
    def name(self) -> str:
        """The model's name as it stands beside each vector (at most 80 characters)."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers that the model itself gives, at most DIMENSIONS; the rest of a vector is zeros."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of `dimensions` numbers for each text, of unit length (or zeros where nothing was said).

        Raises:
            EmbeddingFailed: the model cannot be reached or does not answer.
        """
        ...


class LocalEmbedder:
    """wordllama's l2_supercat, 256 numbers; loaded at the first text (0.3 s, 30 MB), once in a process."""

    name: Final = "wordllama-l2-supercat-256"
    dimensions: Final = 256

    def __init__(self) -> None:
        self._model: Any = None
        self._guard = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. Texts of like length go together: a batch is as wide as its longest text."""
        model = self._loaded()
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        # Its tokenizer is given a list and pads it; a lone character of no meaning stands for no text.
        vectors[order] = model.embed([texts[index] or " " for index in order])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return vectors

    def _loaded(self) -> Any:
        with self._guard:
            if self._model is None:
                # Not at the top: no page and no command but those that embed pays for it.
                package = importlib.import_module("wordllama")
                folder = Path(str(package.__file__)).parent
                self._model = package.WordLlama.load(cache_dir=folder, disable_download=True)
            return self._model


LOCAL: Final = LocalEmbedder()


def embedder_for(brand_id: object) -> Embedder:
    """The model that a brand's texts are embedded with, and its questions asked with."""
    return LOCAL


def padded(vectors: Vectors) -> npt.NDArray[np.float16]:
    """Vectors as they are stored: half precision, filled up with zeros to DIMENSIONS."""
    stored = np.zeros((len(vectors), DIMENSIONS), dtype=np.float16)
    stored[:, : vectors.shape[1]] = vectors
    return stored
