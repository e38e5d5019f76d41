# Sealpost. `make help` lists what there is.
ADDR ?= 127.0.0.1:8080
DATA ?= ./data
BUILD := build
GO_BUILD := go build -trimpath -buildvcs=auto -ldflags "-s -w"
TOOL := go tool -modfile=tools/go.mod
FUZZTIME ?= 30s

.DEFAULT_GOAL := help
.PHONY: help run build test check lint types vuln bench fuzz clean lambdas deploy stack smoke destroy terraform-check apply-emulated

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build and serve on http://127.0.0.1:8080 with data under ./data (ADDR=… DATA=… change that)
	@exec $(BUILD)/sealpost serve --addr "$(ADDR)" --data "$(DATA)"

build: ## Build the one binary, build/sealpost
	@mkdir -p $(BUILD)
	@$(GO_BUILD) -o $(BUILD)/sealpost ./cmd/sealpost

test: ## Run all tests, with the race detector and in random order
	go test -race -shuffle=on -timeout 15m ./...

check: lint types vuln terraform-check ## What CI runs besides the tests: vet, linters, types of the page, known vulnerabilities, Terraform

lint: ## gofmt, go vet and golangci-lint
	go vet ./...
	$(TOOL) golangci-lint run ./...

types: ## Check the types of the page's pure modules (web/static/lib) with tsc
	@[ web/node_modules/.package-lock.json -nt web/package-lock.json ] || npm --prefix web ci --silent --no-fund --no-audit --ignore-scripts
	@npm --prefix web run --silent types

vuln: ## Look for known vulnerabilities (needs the Go vulnerability database)
	@.ci/vuln

bench: build ## Measure the figures of docs/benchmarks.md and print them as a table (ONLY="the functions": one step; AGAINST=BINARY: posts of both in turns)
	@go run ./bench $(if $(ONLY),-only "$(ONLY)") $(if $(AGAINST),-against "$(AGAINST)")

fuzz: ## Fuzz every parser for a while each (FUZZTIME=30s)
	@.ci/fuzz $(FUZZTIME)

terraform-check: ## Terraform: format, validation, tests, checkov, and who may do what under its policies
	@terraform/check.sh

apply-emulated: ## Apply terraform/ with the real AWS provider to an emulator, and destroy it (10 minutes, the first time 15)
	go test -tags apply -count=1 -timeout 60m -v ./internal/testing/apply

lambdas: ## Build one zip per function under build/, the same bytes from the same commit
	@go run ./internal/tools/lambdas/cmd

deploy: lambdas build ## Build the zips and apply Terraform (TFVARS=file relative to terraform/); see docs/aws.md
	terraform -chdir=terraform init -input=false
	terraform -chdir=terraform apply $(if $(TFVARS),-var-file="$(TFVARS)")
	@$(MAKE) --no-print-directory stack

stack: ## Write what is deployed to build/stack.json, which sealpost rebuild and redrive and make smoke read
	@mkdir -p $(BUILD)
	@terraform -chdir=terraform output -json >$(BUILD)/stack.json.new
	@mv $(BUILD)/stack.json.new $(BUILD)/stack.json
	@echo "$(BUILD)/stack.json says what is deployed"

smoke: ## See that what is deployed works: sign up, send, arrive, read (SERVER=URL for another server, with MAILBOX=URL for an embedded one; FRESH=1 for new users)
	@go run ./internal/tools/smoke/cmd -stack "$(BUILD)/stack.json" $(if $(SERVER),-server "$(SERVER)") $(if $(MAILBOX),-mailbox "$(MAILBOX)") $(if $(FRESH),-fresh)

destroy: ## Remove what deploy made (TFVARS as for deploy); refused while its data is protected
	@terraform/destroy.sh $(if $(TFVARS),"$(TFVARS)")
	@rm -f $(BUILD)/stack.json

clean: ## Remove what was built, not what was stored
	rm -rf $(BUILD)
