# The two commands of the README are `make up` and `make test`; everything else is an npm script.
.PHONY: up down test check

up: ## Bring up the example estate: a real Odoo under watch
	@./plimsoll up examples/northsea

down: ## Stop everything that `make up` started, and nothing else
	@./plimsoll down examples/northsea

test: ## Everything CI runs, with all of its own set-up
	@tools/install
	@node_modules/.bin/node tools/test.ts

check: ## Lint, types, boundaries and fast tests
	@tools/install
	@npm run --silent check
