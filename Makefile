# Portcullis: what a person does with it. `make` alone lists the targets.
# The stack of these targets is dev, on a disposable host of this machine; other stacks: ./pulumiw --stack NAME.

# Debian release of the disposable host: trixie (Docker Engine 26.1) or bookworm (20.10). Empty: that of the host that is
# there, else trixie.
RELEASE ?=
# Form of the audit's report.
FORMAT ?= table

BOOTSTRAP := toolchain/bootstrap.sh
LAB := lab/lab
PULUMI := ./pulumiw --non-interactive
CLI := toolchain/run cli/main.ts
MOCHA := toolchain/node node_modules/mocha/bin/mocha.js
# CMD as one shell word, with its dollar signs as they were given.
QUOTED_CMD = '$(subst ','\'',$(value CMD))'

.DEFAULT_GOAL := help
.PHONY: help host authorization-plugin up preview destroy clean check test test-unit test-go test-integration test-long test-long-remedies test-long-everyday test-long-big-images test-long-authorization test-long-mutation test-vm ssh audit docs fmt

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# With the preview, so that the policy pack stops what lowers the audit's score before the first change.
up: host ## stand the whole secure host up, and say how to use it (RELEASE=trixie|bookworm)
	@toolchain/stack.sh up dev

preview: host ## show what `make up` would change
	@$(PULUMI) preview --stack dev --policy-pack policy --suppress-outputs

# The disposable host, bare: an address that answers to SSH, its settings, and the files that they name.
host:
	@toolchain/stack.sh settings dev
	@$(BOOTSTRAP) node lab && $(LAB) images && $(LAB) up dev $(if $(RELEASE),--release $(RELEASE))
	@toolchain/stack.sh make dev

authorization-plugin: ## build the authorization plugin for the engine; print its path
	@$(BOOTSTRAP) node && $(LAB) authorization-plugin

destroy: ## remove everything that `make up` made on the host; the host itself stays
	@toolchain/stack.sh destroy dev

clean: ## drop the disposable host, the private engine and the stack's state
	@$(LAB) clean
	@toolchain/stack.sh forget dev

check: ## types, lint, unused names, format, shell scripts, Go, docs/settings.md
	@$(BOOTSTRAP) develop check
	@toolchain/check.sh

test: test-unit test-go test-integration ## all tests, on a host and state of their own

test-unit: ## the fast tests: no engine, no network
	@$(BOOTSTRAP) develop
	@$(MOCHA) 'tests/unit/**/*.test.ts'

test-go: ## the tests of the authorization plugin
	@cd components/host/authorization && ../../../toolchain/go test ./...

test-integration: ## the whole program on disposable hosts, through ./pulumiw
	@$(BOOTSTRAP) develop lab
	@$(MOCHA) --config tests/integration/.mocharc.json 'tests/integration/**/*.test.ts'

# Not part of `make test`: half an hour and more each, on two free cores. The parts can be run one by one.
test-long: test-long-interrupts-trixie test-long-interrupts-bookworm test-long-red-team-trixie test-long-red-team-bookworm test-long-losses-trixie test-long-losses-bookworm test-long-losses-pairs test-long-remedies test-long-everyday test-long-big-images test-long-authorization test-long-mutation ## the tests that take long, in parts

test-long-interrupts-%: ## thirty interrupts of each kind of run (trixie|bookworm)
	@$(BOOTSTRAP) develop lab
	@$(MOCHA) --config tests/long/.mocharc.json tests/long/interrupts-$*.test.ts

test-long-red-team-%: ## all ways to root that a user with nothing but the engine's socket has (trixie|bookworm)
	@$(BOOTSTRAP) develop lab
	@$(MOCHA) --config tests/long/.mocharc.json tests/long/red-team-$*.test.ts

test-long-losses-%: ## all kinds of loss on a host, and pairs of them, each mended by one up (trixie|bookworm|pairs)
	@$(BOOTSTRAP) develop lab
	@$(MOCHA) --config tests/long/.mocharc.json tests/long/losses-$*.test.ts

test-long-remedies: ## every command that is printed as a remedy, run in the state for which it is printed
	@$(BOOTSTRAP) develop lab
	@$(MOCHA) --config tests/long/.mocharc.json tests/long/remedies.test.ts

test-long-everyday: ## everyday compose files and commands, without and with the authorization plugin
	@$(BOOTSTRAP) develop lab
	@$(MOCHA) --config tests/long/.mocharc.json tests/long/everyday.test.ts

test-long-big-images: ## images of a size or make that is seldom: large, of many layers, of several platforms
	@$(BOOTSTRAP) develop lab
	@$(MOCHA) --config tests/long/.mocharc.json tests/long/big-images.test.ts

# Its table against the engines' own sources too, which come from Go's module proxy.
test-long-authorization: ## fuzz the authorization plugin against the engine's own decoder, 10 minutes
	@cd components/host/authorization && for fuzz in Bodies Addresses Forms; do \
		../../../toolchain/go test ./policy -run '^$$' -fuzz "^Fuzz$$fuzz\$$" -fuzztime 190s -fuzzminimizetime 5s || exit 1; done
	@cd components/host/authorization && ../../../toolchain/go run ./surface | cmp - policy/testdata/surface.json

# What counts are the unit tests of tests/mutation/groups.mjs alone.
test-long-mutation: ## change the gate, the audit and the settings in small ways: does a unit test notice? (GROUP=gate|…)
	@$(BOOTSTRAP) develop
	@toolchain/node tests/mutation/run.mjs $(GROUP)

# Not part of `make test`: emulated, it takes from half an hour on.
test-vm: ## the whole program on a virtual machine, with audit rules and AppArmor
	@$(BOOTSTRAP) develop lab vm
	@$(MOCHA) --config tests/vm/.mocharc.json 'tests/vm/**/*.test.ts'

# make can only end with 0 or 2: it prints the command's exit code; `bin/portcullis ssh` ends with it.
ssh: ## run CMD='…' on the stack's host, standard input passed on; no CMD: a login shell
	@$(CLI) ssh --stack dev $(if $(value CMD),-- $(QUOTED_CMD))

# make ends with 2 where the audit ends with 1 or 2; `bin/portcullis audit` ends with its own code.
audit: ## audit the stack's host (FORMAT=table|json|sarif|junit|html, on standard output)
	@$(BOOTSTRAP) node && $(CLI) audit --stack dev --format $(FORMAT)

docs: ## write docs/settings.md from the schema of the settings
	@$(BOOTSTRAP) node && $(CLI) settings >docs/settings.md.part && mv docs/settings.md.part docs/settings.md

fmt: docs ## format every file, and write docs/settings.md
	@toolchain/node node_modules/prettier/bin/prettier.cjs --write --log-level warn .
