# Two commands do everything: `make demo` and `make test`. They install what is missing or name it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# npm brings Node 22, whatever the system has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help install toolchain demo test bench clean clean-cache

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## npm packages and the provider's bindings
	@scripts/prepare.sh

toolchain: ## what tests run besides: the OpenStack provider, OpenTofu, moto (built once, outside the checkout)
	@scripts/prepare.sh provider opentofu moto

demo: ## a catalog of 200 tables from assessment to validated Terraform, in out/demo
	@scripts/prepare.sh moto
	@tsx scripts/demo.ts

test: ## lint, types, import rules, every test; ends with `N passed, N failed`
	@scripts/test.sh

bench: ## benchmarks; results in docs/benchmarks.md
	@scripts/prepare.sh
	@npm run --silent bench

clean: ## what was made inside the checkout (refused while Terraform state lies there)
	@! find out -name '*.tfstate' 2>/dev/null | grep . || { echo 'error: out/ holds Terraform state (above). fix: move it away, or delete it yourself.' >&2; exit 1; }
	rm -rf out coverage cdktf.out node_modules packages/provider-openstack/lib packages/provider-openstack/generated

clean-cache: ## what was built outside the checkout
	rm -rf "$${A2O_CACHE_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/aws2openstack}"
