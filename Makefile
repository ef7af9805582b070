# Everyday commands. `make up` and what belongs to it needs Docker; everything from `seed` on works with any server.
#
#   URL          the server, or the proxy in front           http://127.0.0.1:8000
#   METRICS_URL  whose metrics; a proxy does not pass them on
#   ADMIN_TOKEN  the operator's token: that of ENV_FILE while compose runs, otherwise the one in DATA_DIR
#   ENV_FILE     what compose.yaml is told                   deploy/compose/development.env

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

ENV_FILE ?= deploy/compose/development.env
URL ?= http://127.0.0.1:8000
METRICS_URL ?= $(URL)/metrics
QTY ?= 100
ITEM ?= SNEAKER-42
COMPOSE := docker compose --env-file $(ENV_FILE)

# What the image says of itself.
export APP_VERSION ?= $(shell node -p 'require("./package.json").version')
export GIT_COMMIT ?= $(shell git rev-parse --short HEAD 2>/dev/null)
export BUILD_TIME ?= $(shell date -u +%Y-%m-%dT%H:%M:%SZ)

export TIDEGATE_URL := $(URL)
# A server that was started here has made its own.
export ADMIN_TOKEN ?= $(if $(wildcard data/admin-token),,$(shell sed -n 's/^ADMIN_TOKEN=//p' $(ENV_FILE)))
TRY := node scripts/try-shop.ts

.PHONY: help build up up-green down rebuild clean logs logs-gateway logs-processor switch seed health metrics inventory \
  order-status test-order test-idempotency test

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | column -t -s '|'

build: ## Build the image
	$(COMPOSE) build

up: ## Start everything, and wait until it is ready: http://127.0.0.1:8000
	$(COMPOSE) up --detach --build --wait

up-green: ## Start the green gateways beside the blue ones (GREEN_IMAGE)
	$(COMPOSE) --profile green up --detach --wait gateway-green

down: ## Stop everything; what is stored stays
	$(COMPOSE) --profile '*' down

rebuild: ## Build anew from nothing, and start
	$(COMPOSE) build --no-cache --pull
	$(COMPOSE) up --detach --wait

clean: ## Stop everything and delete what is stored
	$(COMPOSE) --profile '*' down --volumes --remove-orphans

logs: ## Follow all logs
	$(COMPOSE) --profile '*' logs --follow --tail 100

logs-gateway: ## Follow those of the gateways
	$(COMPOSE) --profile '*' logs --follow --tail 100 gateway-blue gateway-green

logs-processor: ## Follow those of the processors
	$(COMPOSE) logs --follow --tail 100 processor

switch: ## Send buyers to the other color, and back if it breaks the SLO (COLOR=green)
	npm run --silent blue-green -- switch $(COLOR) --url $(URL)

seed: ## Open a sale for an hour (ITEM=SNEAKER-42 QTY=100)
	@$(TRY) seed --item '$(ITEM)' --quantity '$(QTY)'

health: ## Is it ready, and what can it reach?
	@curl --silent --show-error --fail-with-body $(URL)/health/ready; echo

metrics: ## All metrics of one process (METRICS_URL)
	@curl --silent --show-error --fail $(METRICS_URL)

inventory: ## What is left, of each item of each sale that is live
	@$(TRY) inventory

order-status: ## An order and its timeline (ORDER=...)
	@$(TRY) order-status '$(ORDER)'

test-order: ## Buy one unit of ITEM as a new buyer, and pay
	@$(TRY) order --item '$(ITEM)'

test-idempotency: ## Send one purchase five times at once: one order comes of it
	@$(TRY) idempotency --item '$(ITEM)'

test: ## All automated tests
	npm test
