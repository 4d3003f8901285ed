"""Filtering rules: computed values, comparisons and thresholds with their sources.

A rule is a value, a comparison and a threshold. Kernels compute values; a job compares them as columns, so moving a
threshold is a query. `evaluate` does both for one document.
"""

from udfs.rules.evaluation import Evaluation, check_values, compute_values, evaluate, rewrite
from udfs.rules.rule_sets import Rule, RuleSet, load_rule_set, rule_set_names

__all__ = [
    "Evaluation",
    "Rule",
    "RuleSet",
    "check_values",
    "compute_values",
    "evaluate",
    "load_rule_set",
    "rewrite",
    "rule_set_names",
]
