# The one list of commands. PYTHON names the interpreter to start from: 3.11 or 3.12.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || echo python3)
DEMO_LAKE ?= lake/demo

# Where a machine sets it, every process would compile every module anew: importing vLLM alone takes three times as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-b demo test test-a test-b test-model test-cluster test-kernels lint format bench requirements clean

help:            ## this list
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  *##' Makefile | sed -E 's/:.*##/@/' | column -t -s @

setup:           ## virtual environment, packages, jars, embedded model (default lane: Spark 3.5)
	@$(PYTHON) conf/requirements/bootstrap.py --lane a

setup-b:         ## the same for the second lane (Spark 4.1), in .venv-b
	@$(PYTHON) conf/requirements/bootstrap.py --lane b

demo: setup      ## L0 to L4 on pages of our own and what every installation has
	@.venv/bin/python -m jobs.demo --lake $(DEMO_LAKE)

test: setup      ## everything CI runs: checks, kernels, jobs on both lanes, a cluster, runs with real vLLM
	@.venv/bin/python -m tests.side_by_side test-a lint test-b test-model test-cluster test-kernels

test-a: setup    ## the jobs on the default lane
	.venv/bin/python -m pytest --durations=25 -m "spark and not vllm and not cluster"

test-b: setup-b  ## the jobs on the second lane, which has no Spark NLP
	.venv-b/bin/python -m pytest --durations=25 -m "spark and not sparknlp and not vllm and not cluster"

test-model: setup  ## the engine, and L0 to L4, with a real model
	.venv/bin/python -m pytest --durations=10 -m vllm

test-cluster: setup  ## the wheel on a real standalone cluster
	.venv/bin/python -m pytest --durations=5 -m cluster

test-kernels: setup  ## the kernels alone: no Spark, no model
	.venv/bin/python -m pytest --durations=10 -m "not spark and not vllm and not cluster"

lint: setup      ## ruff (lint and format) and mypy
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

format: setup    ## let ruff rewrite what it can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup     ## slow measurements, each a ratio to a peer in one run
	-@$(PYTHON) conf/requirements/bootstrap.py --peers
	.venv/bin/python -m tests.benchmarks

requirements: setup  ## compile the hashed requirement files anew from the .in files
	for lane in a b; do .venv/bin/uv pip compile --quiet --generate-hashes --universal --no-header --no-annotate \
	  --no-emit-index-url --python-version 3.11 --override conf/requirements/overrides.txt \
	  conf/requirements/lane-$$lane.in -o conf/requirements/lane-$$lane.txt; done
	.venv/bin/uv pip compile --quiet --generate-hashes --universal --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 conf/requirements/peers.in -o conf/requirements/peers.txt

clean:           ## what tests and demos have made; environments and caches stay
	rm -rf lake .pytest_cache .mypy_cache .ruff_cache .hypothesis spark-warehouse dist build
