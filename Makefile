# The main commands are `make demo` and `make test`. They install what is missing, or name the command that does.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Passes a query to the shell unchanged, with every quote.
export SQL
# npm installs Node 22, whatever version the system has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

test_env_targets := bootstrap test-env-up test-env-down test-env-clean test-env-status test-env-logs test-env-shell \
	test-env-validate test-env-unlock
lakehouse_targets := lakehouse-local lakehouse-query lakehouse-local-status lakehouse-local-down lakehouse-local-clean
openstack_targets := openstack-up openstack-down openstack-clean openstack-status
.PHONY: help install toolchain provider-aws lakehouse-toolchain demo demo-dashboard journey journey-clean test test-integration bench docs clean clean-cache test-data \
	$(test_env_targets) $(lakehouse_targets) $(openstack_targets)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## npm packages and the provider's bindings
	@scripts/prepare.sh

toolchain: ## the programs that tests run: the OpenStack provider, OpenTofu, moto, linters (built once, outside the checkout)
	@scripts/prepare.sh test

provider-aws: ## the AWS provider for offline Terraform (about ten minutes, once)
	@scripts/prepare.sh provider-aws
	@echo "The AWS provider is built, in $$(dirname "$$(tools/terraform-providers/build-aws.sh --check)")"

lakehouse-toolchain: ## the lakehouse's programs, from Maven Central and Debian (about five minutes, once)
	@scripts/prepare.sh lakehouse

lakehouse-local: ## a lakehouse on this machine, booted from the files that cdktf synth writes, with the demo's tables
	@scripts/prepare.sh lakehouse test-data $(if $(filter swift,$(A2O_OBJECT_STORE)),swift)
	@tsx environments/lakehouse/main.ts up

lakehouse-query: ## runs a query in it: make lakehouse-query SQL='SHOW CATALOGS'
	@SQL="$${SQL:-}" && tsx environments/lakehouse/main.ts query "$$SQL"

lakehouse-local-status: ## shows which of its programs are running
	@tsx environments/lakehouse/main.ts status

lakehouse-local-down: ## stops it; its data stays
	@tsx environments/lakehouse/main.ts down

lakehouse-local-clean: ## stops it and removes its data
	@tsx environments/lakehouse/main.ts clean

demo: ## a catalog of 200 tables from assessment to validated Terraform, in out/demo
	@scripts/prepare.sh moto
	@tsx environments/demo/main.ts

demo-dashboard: ## a store in the middle of a migration, and the dashboard that shows it, on port 8420 (PORT=…)
	@scripts/prepare.sh
	@node scripts/build.mjs
	@tsx environments/dashboard/main.ts

journey: ## the whole way on one machine: AWS (emulated) → assess → plan → lakehouse → migrate → Trino reads every table
	@scripts/prepare.sh provider-aws test-data moto lakehouse $(if $(filter swift,$(A2O_OBJECT_STORE)),swift)
	@tsx environments/journey/main.ts up

journey-clean: ## stops and removes what it made
	@tsx environments/journey/main.ts clean

test: ## linters, types, import rules, every test; ends with `N passed, N failed`
	@scripts/test.sh

test-integration: ## tests against real programs on this machine (docs/testing.md); ends with `N passed, N failed`
	@scripts/test-integration.sh

bootstrap: ## the permanent store of the test environment's Terraform state
	@environments/test-env/test-env.sh bootstrap

test-env-up: ## creates the test environment, or its missing parts; A2O_AWS=local for the emulator
	@environments/test-env/test-env.sh up

test-env-down: ## removes it; the database's data and the state store stay
	@environments/test-env/test-env.sh down

test-env-clean: ## removes it, and its files and data on this machine
	@environments/test-env/test-env.sh clean

test-env-status: ## shows which parts of it exist
	@environments/test-env/test-env.sh status

test-env-logs: ## the last lines of every log
	@environments/test-env/test-env.sh logs

test-env-shell: ## a shell with its settings; or one command: make test-env-shell CMD='aws glue get-databases'
	@environments/test-env/test-env.sh shell $${CMD:+-c "$$CMD"}

test-env-validate: ## checks whether this machine has what it needs
	@environments/test-env/test-env.sh validate

test-env-unlock: ## removes a dead run's state lock: make test-env-unlock ID=...
	@environments/test-env/test-env.sh unlock $(ID)

openstack-up: ## a real OpenStack control plane and object store on loopback, in out/openstack; no server boots
	@scripts/prepare.sh openstack
	@environments/openstack/openstack.sh start

openstack-down: ## stops it; what was created in it stays
	@environments/openstack/openstack.sh stop

openstack-clean: ## stops it and removes it with all data
	@environments/openstack/openstack.sh wipe

openstack-status: ## shows which of its servers are running
	@environments/openstack/openstack.sh status

test-data: ## the test environment's data files, in testdata/generated
	@scripts/prepare.sh test-data
	@"$$(environments/test-data/install.sh --check)" environments/test-data/generate.py \
		$(if $(TEST_DATA_SIZE),--size $(TEST_DATA_SIZE)) $(if $(TEST_DATA_ROWS),--rows $(TEST_DATA_ROWS))

docs: ## the documentation as a site, on http://127.0.0.1:8421 (PORT=…)
	@tools/docs-site/build.sh
	@python3 -m http.server --bind 127.0.0.1 --directory out/docs-site $${PORT:-8421}

bench: ## benchmarks; results in docs/benchmarks.md
	@scripts/prepare.sh
	@npm run --silent bench

clean: ## removes what was built inside the checkout (refused while out/ holds Terraform state)
	@! find out -name '*.tfstate' 2>/dev/null | grep . || { echo 'error: out/ holds Terraform state (above). fix: move the files out of out/, or delete them.' >&2; exit 1; }
	rm -rf out dist coverage cdktf.out node_modules packages/provider-openstack/lib packages/provider-openstack/generated

clean-cache: ## removes what was built outside the checkout
	rm -rf "$${A2O_CACHE_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/aws2openstack}"
