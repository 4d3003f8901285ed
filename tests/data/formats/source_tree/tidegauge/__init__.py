# SPDX-License-Identifier: Apache-2.0
"""Tide prediction from harmonic constants."""
