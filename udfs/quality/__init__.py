"""The quality model: labels from a language model, and the small classifier distilled from them."""
