# Lede: `make run` shows it, `make test` proves it.
.DEFAULT_GOAL := help
SHELL := /bin/bash

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BUILD := CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
DATA ?= data
ADDR ?= localhost:8080
XSS = $(or $(LEDE_SHARED),../shared)/data/xss

.PHONY: help build run test check format e2e bench torture accept screenshots notices deps clean

help: ## what can be made
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## /  make \1\t/' | expand -t 22

build: editor ## bin/lede, one static binary
	$(BUILD) -o bin/lede .

.PHONY: editor
editor: newsroom/built/editor.js

# The editor is bundled anew when a source of it is newer than the bundle.
newsroom/built/editor.js: newsroom/editor/package-lock.json $(wildcard newsroom/editor/*.js newsroom/editor/*.mjs newsroom/editor/*.json)
	cd newsroom/editor && npm ci --ignore-scripts && node build.mjs

run: build ## the demo paper on http://localhost:8080
	@if [ -z "$$(ls -A $(DATA) 2>/dev/null)" ]; then bin/lede demo --data $(DATA); fi
	bin/lede serve --data $(DATA) --addr $(ADDR)

test: deps build format ## everything: what check does, on both databases, and the journeys in a browser
	go vet ./... && cd e2e && go vet ./...
	$(STATICCHECK) ./... && cd e2e && $(STATICCHECK) ./...
	cd newsroom/editor && node --test test/*.test.mjs
	LEDE_TEST_POSTGRES=required LEDE_TEST_PROGRAMS=required go test -timeout 20m ./...
	$(MAKE) --no-print-directory journeys

check: format ## gofmt, vet, staticcheck, the arrow rule and the tests that need nothing installed
	go vet ./...
	$(STATICCHECK) ./...
	go test ./...

format:
	@wrong=$$(gofmt -l .); [ -z "$$wrong" ] || { echo "gofmt would change:"; echo "$$wrong"; exit 1; }

.PHONY: journeys
journeys:
	cd e2e && go test -count=1 -timeout 25m ./...

e2e: build ## the journeys in a browser alone
	@tools/deps chromium
	$(MAKE) --no-print-directory journeys

bench: build ## the figures of docs/performance.md
	go run ./bench

torture: build ## kill -9 in the middle of publishing and of editing, what strace sees, a thousand schedules, and writing in a browser
	@tools/deps strace chromium postgresql
	go run ./torture
	cd e2e && go run ./torture -lede ../bin/lede

.PHONY: simulate-ads
simulate-ads: ## a month of thirty bookings in simulated time: goals, paces and shares as they end
	go run ./simulate

accept: build ## axe, the HTML checker, Lighthouse and the feeds' rules, over the demo paper
	@tools/deps chromium java pictures
	cd accept && npm ci --ignore-scripts && node --test && node accept.mjs
	@if [ -d "$(XSS)" ]; then cd e2e && LEDE_XSS="$(abspath $(XSS))" go test -count=1 -run TestNothingOf .; else echo "No $(XSS): only our own payloads are tried, by make test."; fi

screenshots: build ## pages at 360, 768 and 1280 px, and the README's pictures
	@tools/deps chromium
	cd e2e && go run ./screenshots -lede ../bin/lede -to ../screenshots -docs ../docs

notices: editor ## NOTICES.txt, the licences of what is in the binary
	go run ./tools/notices > NOTICES.tmp && mv NOTICES.tmp NOTICES.txt

deps: ## what the tests need of Debian: chromium, fonts, postgresql, strace, encoders
	@tools/deps chromium postgresql strace pictures

clean: ## away with what was made (not with data)
	rm -rf bin screenshots accept/node_modules accept/report.json newsroom/editor/node_modules newsroom/built/editor.js
