# aliosbot. `make help` lists the targets. What is missing on a fresh Debian 12 is installed first.
B ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang-14
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
UNITDIR ?= /etc/systemd/system
SYSUSERSDIR ?= /etc/sysusers.d
MANDIR ?= $(PREFIX)/share/man
# Debian's zsh looks into vendor-completions for what packages bring.
ZSHDIR ?= $(PREFIX)/share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
FUZZ_SECONDS ?= 10
MAKEFLAGS += -j$(shell nproc)
.DEFAULT_GOAL := aliosbot
.DELETE_ON_ERROR:

# ---- what has to be installed: looked at before anything else, because pkg-config is one of them ----

NEEDS := $(if $(filter-out help clean,$(or $(MAKECMDGOALS),aliosbot)),build) \
	$(filter fuzz lint format coverage,$(MAKECMDGOALS)) $(if $(filter check test coverage browser screenshots soak,$(MAKECMDGOALS)),test) \
	$(if $(filter bench,$(MAKECMDGOALS)),$(if $(QUICK),,bench)) $(if $(filter deb deb-check deb-installed,$(MAKECMDGOALS)),deb) \
	$(if $(filter coverage browser screenshots $(if $(T),,test),$(MAKECMDGOALS)),browser)
# NODEPS=1: whoever builds has seen to it (dpkg-buildpackage).
ifneq ($(if $(NODEPS),ready,$(shell tests/support/install-deps $(NEEDS) && echo ready)),ready)
$(error Some packages could not be installed, see above)
endif

PKGS := libwebsockets libcurl libcjson sqlite3 libcrypto inih libutf8proc
CPPFLAGS := -D_GNU_SOURCE -I. -I$(B) -include core/base/banned.h $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
WARN := -std=gnu11 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wvla -Wformat=2 -Wundef -Wno-format-nonliteral
LDLIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm -lpthread

# What makes a fault of ours hard to use, in everything that is installed or run by people. A test reads
# it back from the program, the switches included. Fortify needs -O1 or more, its level 3 gcc 12, CET an x86.
FORTIFY := $(if $(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE \
	-D_FORTIFY_SOURCE=$(shell [ "$$($(CC) -dumpversion | cut -d. -f1)" -ge 12 ] && echo 3 || echo 2))
CET := $(if $(filter x86_64-% i686-%,$(shell $(CC) -dumpmachine 2>/dev/null)),-fcf-protection=full)
HARDEN := $(FORTIFY) $(CET) -fstack-protector-strong -fstack-clash-protection -fPIE \
	-frecord-gcc-switches
HARDEN_LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack

# A line a file; V=1: all of every command.
ifeq ($(V),1)
Q :=
shown = @:
else
Q := @
shown = @printf '  %-7s %s\n' $(1) $(2)
endif

# ---- the program ----

CORE_C := $(wildcard core/*.c core/*/*.c)
ADAPTERS_C := $(wildcard adapters/*/*.c adapters/*/*/*.c)
BOT_C := $(wildcard bot/*.c)
# The Slack stand-in, a library, and the program that puts a page and people around it.
SLACKD_C := $(wildcard tests/slackd/*.c)
SANDBOX_C := $(wildcard tests/sandbox/*.c)
CORE := $(CORE_C:%.c=$(B)/%.o)
ADAPTERS := $(ADAPTERS_C:%.c=$(B)/%.o)
BOT := $(BOT_C:%.c=$(B)/%.o)
SLACKD := $(SLACKD_C:%.c=$(B)/%.o)
SANDBOX := $(SANDBOX_C:%.c=$(B)/%.o)

aliosbot: $(BOT) $(ADAPTERS) $(CORE)
	$(call shown,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(HARDEN) $(HARDEN_LINK) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call shown,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(WARN) $(CFLAGS) $(HARDEN) -MMD -MP -c -o $@ $<

# ---- the sandbox: a Slack of one's own, not installed. Its page, the plays and the manifest are in it ----

VUE_JS := /usr/share/javascript/vue/vue.min.js
ASSETS := $(wildcard tests/sandbox/page/* tests/sandbox/plays/*) tests/sandbox/archive.jsonl config/manifest.json $(VUE_JS)

# The folders stand here because a file that goes makes nothing newer but them.
$(B)/assets.list: $(ASSETS) tests/sandbox/page tests/sandbox/plays
	@mkdir -p $(@D)
	@n=0; for path in $(ASSETS); do n=$$((n + 1)); case $$path in \
		*/plays/*) name=plays/$${path##*/} ;; $(VUE_JS)) name=vue.js ;; *) name=$${path##*/} ;; esac; \
		echo "ASSET($$n, \"$$name\", \"$$path\")"; done >$@
$(B)/tests/sandbox/asset.o: $(B)/assets.list $(ASSETS)

# The bot whose clock the sandbox's page can move on.
SANDBOX_BOT := $(B)/aliosbot-sandbox-bot
$(SANDBOX_BOT): $(B)/tests/support/main_sandbox.o $(B)/tests/support/moved_clock.o $(filter-out %/main.o,$(BOT)) $(ADAPTERS) $(CORE)
	$(call shown,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(HARDEN) $(HARDEN_LINK) $(LDFLAGS) -o $@ $^ $(LDLIBS)

aliosbot-sandbox: $(SANDBOX) $(SLACKD) $(ADAPTERS) $(CORE)
	$(call shown,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(HARDEN) $(HARDEN_LINK) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The style and the script of exported pages are in the program.
PAGES := adapters/export/page.css adapters/export/search.js
$(B)/adapters/export/asset.o $(B)/asan/adapters/export/asset.o $(B)/coverage/adapters/export/asset.o \
	$(B)/fuzz/adapters/export/asset.o: $(PAGES)

# ---- the manual and the completions: the program's own tables, put into templates ----

VERSION := $(shell sed -n 's/.*ALIOSBOT_VERSION "\(.*\)"/\1/p' bot/version.h)
# Of the last commit; without one, of the news: the same sources give the same files.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || stat -c %Y NEWS.md)
DATE = $(shell date -u -d @$(SOURCE_DATE_EPOCH) +%F)
MANUAL := $(B)/manual/aliosbot.1 $(B)/manual/aliosbot.conf.5 $(B)/manual/aliosbot.bash $(B)/manual/aliosbot.zsh

$(B)/manual/manual: $(B)/bot/manual/manual.o $(filter-out %/main.o,$(BOT)) $(ADAPTERS) $(CORE)
	@mkdir -p $(@D)
	$(call shown,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(HARDEN) $(HARDEN_LINK) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(MANUAL): $(B)/manual/%: bot/manual/%.in $(B)/manual/manual bot/version.h
	$(call shown,MANUAL,$@)
	$(Q)$(B)/manual/manual $< $(VERSION) $(DATE) >$@

manual: $(MANUAL)	## the manual's pages and the completions, into build/manual

TOKENS := $(SLACK_APP_TOKEN)$(SLACK_BOT_TOKEN)$(SLACK_APP_TOKEN_FILE)$(SLACK_BOT_TOKEN_FILE)$(CREDENTIALS_DIRECTORY)

ifneq ($(TOKENS),)
run: aliosbot	## build, and start the bot; without tokens: against a Slack of your own, in the browser
	@exec ./aliosbot run
else
run: aliosbot aliosbot-sandbox $(SANDBOX_BOT)
	@exec ./aliosbot-sandbox --bot $(SANDBOX_BOT) --clock --data sandbox.data $(if $(PORT),--port $(PORT)) $(if $(ARCHIVE),--archive)
endif

# ---- tests: everything again, with sanitizers (for `make coverage`: with counters instead) ----

ifneq ($(filter coverage,$(MAKECMDGOALS)),)
TB := $(B)/coverage
TEST_BOT_IN := $(TB)/tests
# Atomic: one of the tests' stores answers from a thread. Counters are written at an exit; what is killed has run code too:
# COUNTED is the signal that the bot for tests dies of in SIGKILL's place, and _exit() writes them (tests/support/core_counted.c).
TEST_CFLAGS := -Wno-format-truncation -O0 -g --coverage -fprofile-update=atomic -DCOUNTED=SIGUSR2
COUNTED_LINK := -Wl,--wrap=_exit
PROGRAM := $(TB)/aliosbot
else
TB := $(B)/asan
TEST_BOT_IN := $(B)/tests
# gcc 12 takes the checks that UBSan puts in for null formats; the real build has this warning on.
TEST_CFLAGS := -Wno-format-truncation -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
PROGRAM := aliosbot
endif

SUPPORT_CORE_C := $(wildcard tests/support/core_*.c)
SUPPORT_C := $(filter-out tests/support/main_%.c,$(wildcard tests/support/*.c))
# Archives: a test is linked with what it uses, and can bring its own of what it doesn't.
LIBS := $(TB)/support.a $(TB)/bot.a $(TB)/sandbox.a $(TB)/slackd.a $(TB)/adapters.a $(TB)/core.a

CORE_TESTS := $(patsubst %.c,$(TB)/%,$(wildcard tests/core/test_*.c))
ADAPTER_TESTS := $(patsubst %.c,$(TB)/%,$(wildcard tests/adapters/test_*.c))
SCENARIO_C := $(wildcard tests/scenario/*.c)
CRASH_C := $(wildcard tests/crash/*.c)
SCENARIOS := $(if $(SCENARIO_C),$(TB)/tests/scenario/scenarios)
CRASHES := $(TB)/crashes
TEST_BOT := $(if $(wildcard tests/support/main_test.c),$(TEST_BOT_IN)/aliosbot-test)
TESTS := $(CORE_TESTS) $(ADAPTER_TESTS) $(SCENARIOS) $(CRASHES)

$(TB)/%.o: %.c
	@mkdir -p $(@D)
	$(call shown,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(WARN) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

$(TB)/core.a: $(CORE_C:%.c=$(TB)/%.o)
$(TB)/adapters.a: $(ADAPTERS_C:%.c=$(TB)/%.o)
$(TB)/tests/sandbox/asset.o: $(B)/assets.list $(ASSETS)
$(TB)/sandbox.a: $(patsubst %.c,$(TB)/%.o,$(filter-out %/sandbox.c,$(SANDBOX_C)))
$(TB)/slackd.a: $(SLACKD_C:%.c=$(TB)/%.o)
$(TB)/bot.a: $(patsubst %.c,$(TB)/%.o,$(filter-out bot/main.c,$(BOT_C)))
$(TB)/support.a: $(SUPPORT_C:%.c=$(TB)/%.o)
$(TB)/support-core.a: $(SUPPORT_CORE_C:%.c=$(TB)/%.o)
$(TB)/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	$(call shown,AR,$@)
	$(Q)ar rcsP $@ $^

LINK_TEST = $(CC) $(TEST_CFLAGS) $(COUNTED_LINK) $(LDFLAGS) -o $@ $(filter %.o,$^) \
	-Wl,--start-group $(filter %.a,$^) -Wl,--end-group

# Core's tests have no other library to link with: that core needs none is part of what they test.
$(CORE_TESTS): $(TB)/%: $(TB)/%.o $(TB)/support-core.a $(TB)/core.a
	$(call shown,LD,$@)
	$(Q)$(LINK_TEST) -lcmocka -lm

$(ADAPTER_TESTS): $(TB)/%: $(TB)/%.o $(LIBS)
	$(call shown,LD,$@)
	$(Q)$(LINK_TEST) -lcmocka -lssl $(LDLIBS)

$(TB)/tests/adapters/test_cost $(TB)/tests/adapters/test_read_faults: $(TB)/tests/adapters/played.o

$(SCENARIOS): $(SCENARIO_C:%.c=$(TB)/%.o) $(LIBS)
	$(call shown,LD,$@)
	$(Q)$(LINK_TEST) -lcmocka -lssl $(LDLIBS)

# It starts by the thousand, and half of what a start costs is pages: each sanitizer's library has 5 MB that the search
# for leaks walks through (linked in, both share them), and of UBSan's 4 MB of places each has to be relocated in a PIE.
STARTS_OFTEN := $(if $(findstring -fsanitize,$(TEST_CFLAGS)),-static-libasan -static-libubsan -no-pie)
$(TEST_BOT): $(TB)/tests/support/main_test.o $(LIBS)
	@mkdir -p $(@D)
	$(call shown,LD,$@)
	$(Q)$(LINK_TEST) $(STARTS_OFTEN) -lssl $(LDLIBS)

# What is killed is the program as it is installed, hundreds of times: with sanitizers each start costs five times as much.
KILLER := $(B)/tests/crash/crashes
KILLED := $(B)/tests/crash/aliosbot-test
PLAIN_LIBS := $(patsubst %.c,$(B)/%.o,$(SUPPORT_C) $(filter-out bot/main.c,$(BOT_C)) $(filter-out %/sandbox.c,$(SANDBOX_C))) \
	$(SLACKD) $(ADAPTERS) $(CORE)

$(KILLED): $(B)/tests/support/main_test.o
$(KILLER): $(CRASH_C:%.c=$(B)/%.o)
$(KILLED) $(KILLER): $(PLAIN_LIBS)
	@mkdir -p $(@D)
	$(call shown,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(HARDEN) $(HARDEN_LINK) $(LDFLAGS) -o $@ $^ -lcmocka -lssl $(LDLIBS)

VICTIM := $(if $(filter coverage,$(MAKECMDGOALS)),$(TEST_BOT),$(KILLED))

$(CRASHES): $(KILLER) $(VICTIM)
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nALIOSBOT_TEST=%s exec %s "$$@"\n' $(abspath $(VICTIM)) $(abspath $(KILLER)) >$@
	@chmod +x $@

# Days of chance and trouble: an hour of them in `make test`.
SOAK := $(B)/tests/soak/soak
SOAK_HOURS ?= 24
RECONNECTS := $(B)/tests/soak/reconnects
$(SOAK) $(RECONNECTS): $(B)/tests/soak/%: $(B)/tests/soak/%.o $(PLAIN_LIBS)
	$(call shown,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(HARDEN) $(HARDEN_LINK) $(LDFLAGS) -o $@ $^ -lcmocka -lssl $(LDLIBS)

$(TB)/soak-hour: $(SOAK) $(VICTIM)
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nALIOSBOT_TEST=%s exec %s 1 7\n' $(abspath $(VICTIM)) $(abspath $(SOAK)) >$@
	@chmod +x $@

$(TB)/reconnects-some: $(RECONNECTS)
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec %s 400\n' $(abspath $(RECONNECTS)) >$@
	@chmod +x $@

WRITES := $(TB)/tests/adapters/test_store_writes
soak: $(SOAK) $(KILLED) $(RECONNECTS) $(WRITES)	## every write fails once, 10,000 reconnects, and a day in which everything goes wrong, against one in peace; SOAK_HOURS=24, SEED=what it said
	@WRITES=1 $(WRITES)
	@$(RECONNECTS)
	@ALIOSBOT_TEST=$(abspath $(KILLED)) $(SOAK) $(SOAK_HOURS) $(SEED)

# A program like the others for run-tests: it speaks TAP.
$(TB)/check-core: tests/support/check-core $(CORE)
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec $< $(CORE)\n' >$@
	@chmod +x $@

$(TB)/check-hardened: tests/support/check-hardened Makefile aliosbot aliosbot-sandbox
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec $< ./aliosbot ./aliosbot-sandbox -- $(filter-out -frecord%,$(HARDEN))\n' >$@
	@chmod +x $@

$(TB)/check-manual: tests/support/check-manual $(MANUAL) aliosbot bot/shell.c
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec $< $(B)/manual\n' >$@
	@chmod +x $@

# ---- the sandbox in a browser, and Slack's own SDK for Node against it: programs for run-tests as well ----

BROWSER_TESTS := $(patsubst %.test.mjs,$(TB)/%,$(wildcard tests/browser/*.test.mjs))
NODE_MODULES := tests/browser/node_modules/.package-lock.json
TEST_SANDBOX := $(TB)/aliosbot-sandbox

$(NODE_MODULES): tests/browser/package-lock.json
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund
	@touch $@

$(BROWSER_TESTS): $(TB)/%: %.test.mjs $(NODE_MODULES)
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec node --test-reporter=tap $<\n' >$@
	@chmod +x $@

$(TEST_SANDBOX): $(TB)/tests/sandbox/sandbox.o $(LIBS)
	$(call shown,LD,$@)
	$(Q)$(LINK_TEST) $(LDLIBS)

RUN_TESTS = ALIOSBOT=$(abspath $(PROGRAM)) ALIOSBOT_TEST=$(abspath $(TEST_BOT)) \
	ALIOSBOT_SANDBOX=$(abspath $(TEST_SANDBOX)) SCREENSHOTS=$(abspath $(B)/screenshots) \
	tests/support/run-tests $(TB)/results

# The longest first, so that no core waits for one at the end; those that wait for a browser fill the gaps.
# T=words: programs and stories that have it in their name.
LONGEST = $(SCENARIOS) $(CRASHES) $(FAR_SAMPLES) $(patsubst %,$(TB)/tests/adapters/test_%,store_verify recover read_faults down trouble)
ALL_TESTS = $(LONGEST) $(filter-out $(LONGEST),$(BROWSER_TESTS) $(TB)/check-core $(TB)/check-hardened $(TB)/check-manual \
	tests/support/check-units $(TESTS) $(TB)/soak-hour $(TB)/reconnects-some)
STORIES := $(if $(T),$(foreach story,$(wildcard tests/scenario/*.scn),$(if $(findstring $(T),$(notdir $(story))),$(story))))
PICKED = $(if $(T),$(foreach test,$(filter-out $(SCENARIOS),$(ALL_TESTS)),$(if $(findstring $(T),$(notdir $(test))),$(test))) \
	$(if $(STORIES),$(TB)/stories),$(ALL_TESTS))

$(TB)/stories: $(SCENARIOS) FORCE
	@printf '#!/bin/sh\nexec $< $(STORIES)\n' >$@
	@chmod +x $@
FORCE:

# The same stories on the stores that answer later (tests/support/far_store.h): some of them in `make test`.
FAR_SAMPLES := $(TB)/sample-late $(TB)/sample-thread
FAR_STORIES := $(TB)/stories-late $(TB)/stories-thread
$(TB)/sample-late: FAR_FILES := $(patsubst %,tests/scenario/%.scn,commands recover_marks shell_with_bot)
$(TB)/sample-thread: FAR_FILES := $(patsubst %,tests/scenario/%.scn,capture_emoji forms_card recover_marks)
$(FAR_SAMPLES) $(FAR_STORIES): $(SCENARIOS)
	@printf '#!/bin/sh\nALIOSBOT_TEST_STORE=%s exec $< $(FAR_FILES)\n' $(lastword $(subst -, ,$@)) >$@
	@chmod +x $@

test-stores: $(FAR_STORIES) $(TEST_BOT) aliosbot	## all stories on two stores that answer later
	@$(RUN_TESTS) $(FAR_STORIES)

# Before the tests: what is fetched takes as long as it takes.
PROMTOOL := $(B)/promtool/usr/bin/promtool
$(PROMTOOL):
	-@tests/support/promtool >/dev/null

test: $(PICKED) $(TEST_BOT) $(TEST_SANDBOX) aliosbot aliosbot-sandbox $(if $(filter %/test_metrics,$(PICKED)),$(PROMTOOL))	## build and run all tests; T=words: those with it in their name
	@$(RUN_TESTS) $(PICKED)

# ---- some of them: without node, without a browser, or those of a name ----

# Left out: those that play on a stage, which start the whole bot, and those that break everything once, walk at
# random, read every zone, or wait for sockets.
SLOW := random alike clock control http import loop read_faults recover shell socket store_disk store_redact store_verify store_writes
QUICK_TESTS := $(TB)/check-core $(filter-out $(SLOW:%=$(TB)/tests/core/test_%) $(SLOW:%=$(TB)/tests/adapters/test_%) \
	$(patsubst %.c,$(TB)/%,$(shell grep -lE 'support/(stage|a_doctor|crowd)\.h' tests/adapters/test_*.c)),$(CORE_TESTS) $(ADAPTER_TESTS))
check: $(QUICK_TESTS)	## core and adapters only: half a minute
	@$(RUN_TESTS) $(QUICK_TESTS)

browser: $(BROWSER_TESTS) $(TEST_BOT) $(TEST_SANDBOX) aliosbot aliosbot-sandbox	## only the tests in the browser
	@$(RUN_TESTS) $(BROWSER_TESTS)

PICTURED := $(TB)/tests/browser/play $(TB)/tests/browser/home $(TB)/tests/browser/export
screenshots: $(PICTURED) $(TEST_BOT) $(TEST_SANDBOX) aliosbot	## of the sandbox and of an exported site; some are the README's
	@$(RUN_TESTS) $(PICTURED)
	cp $(B)/screenshots/card-light.png tests/sandbox/screenshot.png
	cp $(B)/screenshots/report-light.png tests/sandbox/postmortem.png
	cp $(B)/screenshots/site-index.png $(B)/screenshots/site-page.png tests/browser/

# Left out are those that run nothing with counters in it.
COUNTED = $(filter-out $(TB)/check-% tests/support/check-units,$(PICKED))

$(B)/coverage/aliosbot: $(B)/coverage/bot/main.o $(LIBS)
	$(call shown,LD,$@)
	$(Q)$(LINK_TEST) $(LDLIBS)

coverage: $(COUNTED) $(TEST_BOT) $(TEST_SANDBOX) $(PROGRAM) $(PROMTOOL)	## how much of the code the tests run: too little is a failure; takes minutes
	@find $(TB) -name '*.gcda' -delete
	@failed=0; $(RUN_TESTS) $(COUNTED) || failed=1; \
		tests/support/check-coverage $(TB) core=$(if $(T),0,95) adapters=$(if $(T),0,85) bot=$(if $(T),0,85) && exit $$failed

# ---- fuzzing, benchmark, lint ----

F := $(B)/fuzz
FUZZERS := $(patsubst %.c,$(F)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_CFLAGS := -std=gnu11 -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

$(F)/%.o: %.c
	@mkdir -p $(@D)
	$(call shown,CC,$<)
	$(Q)$(CLANG) $(CPPFLAGS) $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

$(F)/tests/sandbox/asset.o: $(B)/assets.list $(ASSETS)
$(F)/all.a: $(patsubst %.c,$(F)/%.o,$(CORE_C) $(ADAPTERS_C) $(filter-out bot/main.c tests/sandbox/sandbox.c,$(BOT_C) $(SANDBOX_C) $(SLACKD_C)))
	@rm -f $@
	$(call shown,AR,$@)
	$(Q)ar rcsP $@ $^

$(FUZZERS): $(F)/%: $(F)/%.o $(F)/tests/fuzz/limit.o $(F)/all.a
	$(call shown,LD,$@)
	$(Q)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer -Wl,--wrap=LLVMFuzzerTestOneInput -o $@ \
		$(filter %.o,$^) $(filter %.a,$^) $(LDLIBS)

# Inputs that are JSON, mutated as such; and the whole bot, in which played.o takes the place of its loop and its web.
$(F)/tests/fuzz/fuzz_bot $(F)/tests/fuzz/fuzz_envelope: $(F)/tests/fuzz/mutate.o
$(F)/tests/fuzz/fuzz_bot: $(F)/tests/adapters/played.o $(F)/tests/support/frames.o
$(patsubst %,$(F)/tests/fuzz/fuzz_%,bot control import): $(F)/tests/support/scratch.o

fuzz: $(FUZZERS)	## every fuzzer for FUZZ_SECONDS (10)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/support/run-fuzz $(F) $(FUZZERS)

# The peers are built when all of it is measured, and only by this; `make bench QUICK=1` is ours and the floor.
PEERS := tests/bench/peers
BOLT := $(PEERS)/bolt/node_modules/better-sqlite3/build/Release/better_sqlite3.node
BENCH_PARTS := $(filter-out $(B)/bot/main.o,$(BOT)) $(ADAPTERS) $(CORE) $(B)/tests/support/frames.o
BENCH_C := $(wildcard tests/bench/*.c)

$(B)/bench/bench: $(BENCH_C:%.c=$(B)/%.o) $(BENCH_PARTS)
	@mkdir -p $(@D)
	$(call shown,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/bench/floor: $(B)/$(PEERS)/floor.o $(ADAPTERS) $(CORE)
	@mkdir -p $(@D)
	$(call shown,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Go from Debian's sources, node's own headers: nothing is fetched but npm's packages.
$(B)/bench/slack-go: $(PEERS)/slack-go/main.go
	@mkdir -p $(@D)
	GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOCACHE=$(abspath $(B))/bench/gocache go build -o $@ $<

$(BOLT): $(PEERS)/bolt/package-lock.json
	npm ci --prefix $(PEERS)/bolt --ignore-scripts --no-audit --no-fund
	cd $(PEERS)/bolt && npm_config_nodedir=/usr npm rebuild --build-from-source --foreground-scripts better-sqlite3
	@touch $@

bench: $(B)/bench/bench $(B)/bench/floor aliosbot $(if $(QUICK),,$(B)/bench/slack-go $(BOLT))	## what an envelope costs, against peers; QUICK=1: a minute
	@ALIOSBOT=$(abspath aliosbot) BENCH_FLOOR=$(abspath $(B)/bench/floor) $(if $(QUICK),QUICK=1,BENCH_NODE=node \
		BENCH_BOLT=$(abspath $(PEERS)/bolt/bot.mjs) BENCH_SLACK_GO=$(abspath $(B)/bench/slack-go)) \
		$< $(B)/bench/bench.json $(B)/bench/bench.svg
	$(if $(QUICK)$(BENCH_ONLY)$(BENCH_WITH),,cp $(B)/bench/bench.svg tests/bench/bench.svg)

SOURCES := $(CORE_C) $(ADAPTERS_C) $(BOT_C) $(wildcard bot/manual/*.c) $(SLACKD_C) $(SANDBOX_C)

# One file a process: clang-tidy 14 takes every va_list after the first file for uninitialised. cppcheck
# reads no system headers, but can't do without the macros of this one.
QUEUE_H := /usr/include/$(shell $(CC) -dumpmachine 2>/dev/null)/sys/queue.h
# A function is walked as far as its budget goes; three times as far (its default) took twice as long and found no more.
TIDY := clang-tidy-14 --quiet "$$0" -- -std=gnu11 $(CPPFLAGS) -Xclang -analyzer-config -Xclang max-nodes=75000

lint: $(B)/assets.list	## clang-tidy, cppcheck, the folders' rules, the format
	@tests/support/check-folders
	@printf '%s\n' $(C_FILES) | xargs -P $(shell nproc) -n 20 clang-format-14 --dry-run -Werror
	@printf '%s\n' $(SOURCES) | xargs -P $(shell nproc) -n 1 sh -c \
		'said=$$($(TIDY) 2>&1) || { echo "$$said"; exit 1; }'
	@cppcheck --quiet -j $(shell nproc) --std=c11 --error-exitcode=1 --inline-suppr \
		--enable=warning,performance,portability --library=tests/support/cppcheck.cfg \
		--include=$(QUEUE_H) --include=/usr/include/cjson/cJSON.h -D_GNU_SOURCE -I. $(SOURCES)
	@echo "lint: nothing to say about $(words $(SOURCES)) files"

C_FILES = $(filter %.c %.h,$(shell git ls-files 2>/dev/null || find core adapters bot tests -name '*.[ch]'))

format:	## clang-format over every file of ours
	$(Q)printf '%s\n' $(C_FILES) | xargs -P $(shell nproc) -n 20 clang-format-14 -i

# For editors and clangd: how each file is compiled.
compile_commands.json: Makefile	## for clangd and editors
	@{ printf '['; comma=; for file in $(SOURCES) $(wildcard tests/*/*.c); do \
		printf '%s\n{"directory": "%s", "file": "%s", "command": "%s"}' "$$comma" '$(CURDIR)' "$$file" \
			"cc $(CPPFLAGS) $(subst ",\",$(WARN)) -c $$file"; comma=,; done; printf '\n]\n'; } >$@

# ---- the rest ----

install: aliosbot $(MANUAL)	## into PREFIX (/usr/local), with the systemd units; as root
	install -D -m 755 aliosbot $(DESTDIR)$(PREFIX)/bin/aliosbot
	install -d $(DESTDIR)$(UNITDIR) $(DESTDIR)$(SYSUSERSDIR) $(DESTDIR)/etc/aliosbot
	for unit in aliosbot.service aliosbot-backup.service aliosbot-backup.timer; do \
		sed 's|/usr/local/bin/|$(PREFIX)/bin/|g' systemd/$$unit >$(DESTDIR)$(UNITDIR)/$$unit || exit 1; \
		chmod 644 $(DESTDIR)$(UNITDIR)/$$unit; \
	done
	install -m 644 systemd/aliosbot.sysusers $(DESTDIR)$(SYSUSERSDIR)/aliosbot.conf
	[ -e $(DESTDIR)/etc/aliosbot/aliosbot.conf ] || \
		install -m 644 config/aliosbot.conf $(DESTDIR)/etc/aliosbot/aliosbot.conf
	install -D -m 644 $(B)/manual/aliosbot.1 $(DESTDIR)$(MANDIR)/man1/aliosbot.1
	install -D -m 644 $(B)/manual/aliosbot.conf.5 $(DESTDIR)$(MANDIR)/man5/aliosbot.conf.5
	install -D -m 644 $(B)/manual/aliosbot.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/aliosbot
	install -D -m 644 $(B)/manual/aliosbot.zsh $(DESTDIR)$(ZSHDIR)/_aliosbot
	for file in config/node.schema.json config/manifest.json contrib/prometheus/aliosbot.rules.yml contrib/grafana/aliosbot.json; do \
		install -D -m 644 $$file $(DESTDIR)$(PREFIX)/share/aliosbot/$${file##*/} || exit 1; \
	done
	[ -n "$(DESTDIR)" ] || ! command -v systemctl >/dev/null || \
		{ systemd-sysusers && { systemctl daemon-reload || true; }; }

deb:	## Debian's package, into build/deb
	@VERSION=$(VERSION) tests/support/build-deb $(B)/deb

deb-check: deb aliosbot	## … built again elsewhere: is it the same? lintian; what is in it. Takes minutes
	@VERSION=$(VERSION) HARDEN='$(filter-out -frecord%,$(HARDEN))' tests/support/check-deb $(B)/deb $(B)/deb-again
	@$(MAKE) -s sbom | tests/support/check-sbom ./aliosbot

deb-installed: deb aliosbot-sandbox	## … installed, used and purged, in a copy of this system; as root
	@VERSION=$(VERSION) tests/support/check-deb-installed $(B)/deb aliosbot-sandbox

sbom: aliosbot	## what is in the program and under which licences: SPDX 2.3, on standard output
	@VERSION=$(VERSION) tests/support/sbom ./aliosbot

defaults: aliosbot	## the files in config/, written anew by the program
	./aliosbot config --default >config/aliosbot.conf
	./aliosbot --config /dev/null manifest >config/manifest.json

clean:	## remove what was built
	rm -rf $(B) aliosbot aliosbot-sandbox compile_commands.json

help:	## this
	@sed -n 's/^\([a-z_.-]*\):.*	## \(.*\)/make \1	\2/p' Makefile | expand -t 16

-include $(shell [ -d $(B) ] && find $(B) -path '$(B)/deb*' -prune -o -type f -name '*.d' -print)
.PHONY: run manual deb deb-check deb-installed sbom check test test-stores format FORCE browser screenshots coverage fuzz bench lint install defaults clean help
.SECONDARY:
