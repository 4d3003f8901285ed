"""The Spark NLP pipeline that annotates documents, and the columns that `from_spark_nlp` needs of its output.

Every stage is rule-based: nothing is downloaded or trained. What the defaults of Spark NLP 5.5.3 do to our text, and
what is set instead (see tests/udfs/knowledge/test_spark_nlp.py):

- `SentenceDetector` knows no Chinese full stop and takes a Chinese document for one sentence: ``。！？；`` with closing
  quotes are custom bounds. They are appended to their sentence; by default they would be cut away.
- Its own rules take two thirds of its time, and cut at the dot of "1." and in ``f(x)``, which they take for a list item
  ``(x)``. Only our bounds are used; they are those of the plain annotator, so both give the same sentences.
- It joins a heading to the paragraph below: a line end is a bound, unless the next line goes on in lower case.
- `Tokenizer` splits at white space, so a Chinese sentence is one token: a run of Han characters is a target of its
  own, which jieba cuts in `from_spark_nlp`. Back ticks, brackets and Chinese punctuation are context characters.
- `Normalizer` shortens a token and puts its end where the short form would end, and `NGramGenerator` inherits that:
  both serve search terms only. YAKE reads the tokens themselves, so its spans hold.
- A text without a letter has no sentence, no token and no key phrase, and gives empty arrays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from udfs.errors import SetupError
from udfs.knowledge.key_phrases import LONGEST_PHRASE, MOST_PHRASES, WINDOW
from udfs.knowledge.plain import CHINESE_BOUND, LINE_BOUND
from udfs.knowledge.words import ABBREVIATIONS, ENGLISH_STOP_WORDS

if TYPE_CHECKING:
    from pyspark.ml import Pipeline
    from pyspark.sql import Column

SENTENCES, TOKENS, KEY_PHRASES, TERMS = "sentences", "tokens", "key_phrases", "terms"
_DOCUMENT, _SENTENCE, _TOKEN, _NORMALIZED, _NGRAM, _YAKE = (
    f"nlp_{stage}" for stage in ("document", "sentence", "token", "normalized", "ngram", "key_phrase")
)
# In Java's syntax, whose lookbehind may have alternatives of several lengths: a full stop ends a sentence unless it
# belongs to an abbreviation, to initials or to the number of a list item (see `udfs.knowledge.plain`).
_FULL_STOP_BOUND = (
    r"(?<![.!?])(?:[!?][.!?]*|\.[.!?]+|\."
    rf"(?<!(?i:\b(?:{'|'.join(re.escape(word) for word in sorted(ABBREVIATIONS))}))\.)"
    r"(?<!(?:[^\w.]|^)(?:[A-Z]\.){1,4})(?<!(?:^|\n)[ \t#*-]{0,8}\d{1,9}\.))"
    r"[\"'”’)\]]*(?=\s+[^\sa-z])"
)
_CONTEXT_CHARACTERS = list(".,;:!?*-()\"'`[]{}<>=|~“”‘’…。！？；，、：（）《》「」『』【】/")
_TARGET = r"\p{IsHan}+|[^\s\p{IsHan}]+"
_NGRAM_LENGTH = 2


def build_pipeline(language: str, text_column: str = "text", yake: bool = True) -> Pipeline:
    """Return the unfitted pipeline for documents of one language.

    Stages: DocumentAssembler, SentenceDetector, Tokenizer and, except in Chinese, whose words the JVM side cannot see,
    Normalizer, NGramGenerator and YakeKeywordExtraction. Columns that nobody selects are not computed.

    Parameters
    ----------
    language : str
        ``zh`` or anything else.
    text_column : str
        Name of the string column to read; a null gives empty arrays.
    yake : bool
        Whether YAKE runs here. Without it `from_spark_nlp` computes the same statistics in Python.

    Returns
    -------
    pyspark.ml.Pipeline
        ``build_pipeline(...).fit(frame)`` learns nothing and is instant.

    Raises
    ------
    SetupError
        ``SPARK_NLP_MISSING`` without the Python package, ``SPARK_NLP_NO_JAR`` where the session runs without its jar.
        A Spark session must be active.
    """
    try:
        from pyspark.ml import Pipeline
        from sparknlp.annotator import NGramGenerator, Normalizer, SentenceDetector, Tokenizer, YakeKeywordExtraction
        from sparknlp.base import DocumentAssembler
    except ImportError as error:
        raise SetupError(
            "SPARK_NLP_MISSING",
            "the package spark-nlp is not installed; install tierlake[nlp] or choose the plain annotator",
        ) from error
    try:
        stages = [
            DocumentAssembler().setInputCol(text_column).setOutputCol(_DOCUMENT),
            SentenceDetector()
            .setInputCols([_DOCUMENT])
            .setOutputCol(_SENTENCE)
            .setCustomBounds([_FULL_STOP_BOUND, CHINESE_BOUND, LINE_BOUND])
            .setUseCustomBoundsOnly(True)
            .setCustomBoundsStrategy("append"),
            Tokenizer()
            .setInputCols([_SENTENCE])
            .setOutputCol(_TOKEN)
            .setTargetPattern(_TARGET)
            .setContextChars(_CONTEXT_CHARACTERS),
        ]
        if language != "zh":
            stages += [
                Normalizer()
                .setInputCols([_TOKEN])
                .setOutputCol(_NORMALIZED)
                .setLowercase(True)
                .setCleanupPatterns([r"[^\p{L}\p{N}+#]"]),
                NGramGenerator().setInputCols([_NORMALIZED]).setOutputCol(_NGRAM).setN(_NGRAM_LENGTH),
            ]
        if language != "zh" and yake:
            stages.append(
                YakeKeywordExtraction()
                .setInputCols([_TOKEN])
                .setOutputCol(_YAKE)
                .setMinNGrams(1)
                .setMaxNGrams(LONGEST_PHRASE)
                .setNKeywords(MOST_PHRASES)
                .setWindowSize(WINDOW)
                .setStopWords(sorted(ENGLISH_STOP_WORDS))
            )
    except TypeError as error:
        # Without the jar a class of the JVM is an empty package, which py4j cannot call.
        raise SetupError(
            "SPARK_NLP_NO_JAR", "this Spark session has no Spark NLP jar; add it or choose the plain annotator"
        ) from error
    return Pipeline(stages=stages)


def annotations_columns(language: str, yake: bool = True) -> list[Column]:
    """Return the columns to select from the pipeline's output, with names as `from_spark_nlp` takes them.

    Offsets are Spark NLP's: UTF-16 code units, end inclusive.

    Parameters
    ----------
    language : str
    yake : bool
        As the pipeline was built.

    Returns
    -------
    list of Column
        ``sentences: array<struct<begin int, end int>>``, ``tokens`` likewise, and
        ``key_phrases: array<struct<begin int, end int, score double>>``, null where YAKE did not run.
    """
    from pyspark.sql import functions as F

    def span(annotation: Column) -> Column:
        return F.struct(annotation["begin"].alias("begin"), annotation["end"].alias("end"))

    def scored(annotation: Column) -> Column:
        score = annotation["metadata"]["score"].cast("double")
        return F.struct(annotation["begin"].alias("begin"), annotation["end"].alias("end"), score.alias("score"))

    if yake and language != "zh":
        phrases = F.transform(F.col(_YAKE), scored)
    else:
        phrases = F.lit(None).cast("array<struct<begin:int,end:int,score:double>>")
    return [
        F.transform(F.col(_SENTENCE), span).alias(SENTENCES),
        F.transform(F.col(_TOKEN), span).alias(TOKENS),
        phrases.alias(KEY_PHRASES),
    ]


def terms_column() -> Column:
    """Return the normalised words and pairs of words of a document, for a search index; not in Chinese.

    Returns
    -------
    Column
        ``terms: array<string>``, lower case, in text order, words first.
    """
    from pyspark.sql import functions as F

    return F.concat(F.col(f"{_NORMALIZED}.result"), F.col(f"{_NGRAM}.result")).alias(TERMS)
