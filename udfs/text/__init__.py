"""Kernels on plain text: words, sentences, language, kind, personal data, normal form."""
