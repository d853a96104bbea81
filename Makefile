# SPDX-License-Identifier: MIT
# slipway's build, whole: one Makefile for every folder, in the tree or in a build folder of its own.
# ./configure writes config.mak; 'make help' lists the targets; V=1 shows whole commands.

all: slipway ## build the program

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:

srcdir := .
include config.mak

config.mak: $(srcdir)/configure $(srcdir)/VERSION
	@$(or $(configure_again),echo "make: not configured: run ./configure first" >&2; exit 1)

version := $(shell cat $(srcdir)/VERSION 2>/dev/null)

ifeq ($(V),1)
say =
else
say = @printf '  %-6s %s\n' '$(1)' '$(patsubst $(srcdir)/%,%,$(2))';
endif

# ---- rooms ---------------------------------------------------------------------------------------

# Files of the tree by pattern, and the objects that are made of them
files   = $(patsubst $(srcdir)/%,%,$(sort $(wildcard $(addprefix $(srcdir)/,$(1)))))
objects = $(patsubst %.c,obj/%.o,$(call files,$(1)))

rooms := base spec host plan act

objects_base := $(call objects,launcher/base/*.c)
objects_spec := $(call objects,launcher/spec/*.c)
objects_host := $(call objects,launcher/host/*.c)
objects_plan := $(call objects,launcher/plan/*.c)
objects_act  := $(call objects,launcher/act/*.c) obj/policy/table.o \
	$(if $(filter yes,$(runs)),obj/policy/ready.o,obj/policy/none_ready.o)
objects_door := $(filter-out obj/launcher/main.o,$(call objects,launcher/*.c))

# The link fence: what a room's unit tests are linked with, and nothing else
uses_base := base
uses_spec := base spec
uses_host := base host
uses_plan := base plan
uses_act  := base act
uses_door := $(rooms) door

libs_spec := $(LIBXML2_LIBS) $(JSON_C_LIBS)
libs_host := $(JSON_C_LIBS)
libs_plan := $(JSON_C_LIBS)
libs_act  := $(LIBSECCOMP_LIBS)
libs_door := $(libs_spec) $(libs_host) $(libs_act)

# The header fence: flags by the folder that a file is in, and by its name
flags_spec := $(LIBXML2_CFLAGS)
flags_host := $(JSON_C_CFLAGS)
flags_plan := $(JSON_C_CFLAGS)
flags_act  := $(LIBSECCOMP_CFLAGS)
flags_launcher := -DSLIPWAY_VERSION='"$(version)"'
flags_for = $(flags_$(notdir $(1:%/=%))) \
	$(if $(filter launcher/report% launcher/spec/argv_json.c,$(2)),$(JSON_C_CFLAGS)) \
	$(if $(filter launcher/junit%,$(2)),$(LIBXML2_CFLAGS)) \
	$(if $(filter tests/fuzz/%,$(2)),$(JSON_C_CFLAGS)) \
	$(if $(filter tests/faults/%,$(2)),$(LIBSECCOMP_CFLAGS)) \
	$(if $(filter tests/%,$(2)),-I$(srcdir)/tests $(CMOCKA_CFLAGS) -Wno-write-strings)

# ---- compiling and linking -----------------------------------------------------------------------

includes = -I$(srcdir)/launcher -I. $(call flags_for,$(dir $<),$(patsubst $(srcdir)/%,%,$<))
compile  = $(CC) $(base_cflags) $(includes) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
link = $(call say,LINK,$@)$(CC) $(CFLAGS) $(base_cflags) $(base_ldflags) $(LDFLAGS) \
	$(if $(filter $(profile),$^),$(profile_ldflags)) -o $@ $(filter %.o,$^)

# With --enable-coverage: counts that children, the cage and a kill leave behind
profile := $(if $(filter yes,$(coverage)),obj/tests/coverage/profile.o)
profile_ldflags = -Wl,-T,$(srcdir)/tests/coverage/profile.ld -Wl,--wrap=__gcov_exit -Wl,--build-id

obj/%.o: $(srcdir)/%.c config.mak
	@mkdir -p $(@D)
	$(call say,CC,$<)$(compile)

obj/policy/table.o: policy/table.c config.mak
	@mkdir -p $(@D)
	$(call say,CC,$<)$(compile)

policies := $(call files,policy/*.policy)
policy/table.c: $(addprefix $(srcdir)/,policy/compile.awk $(policies))
	@mkdir -p $(@D)
	$(call say,POLICY,$@)cd $(srcdir) && \
		LC_ALL=C $(AWK) -f policy/compile.awk $(policies) >$(CURDIR)/$@

# The filters of ready.list, made by a program that has none of them
obj/policy/export: obj/policy/export.o obj/policy/none_ready.o $(objects_base) \
		$(filter-out obj/policy/%ready.o,$(objects_act))
	$(link) $(libs_act)
obj/policy/ready.c: obj/policy/export $(srcdir)/policy/ready.list
	$(call say,EXPORT,$@)obj/policy/export <$(srcdir)/policy/ready.list >$@.new && mv $@.new $@
obj/policy/ready.o: obj/policy/ready.c config.mak
	$(call say,CC,$<)$(compile)

$(objects_door) obj/launcher/main.o: $(srcdir)/VERSION

# slipway is the whole program, or a front that starts at once and executes it where it must
# (launcher/front/front.c, doc/performance.md); configure says which
whole := $(if $(FRONT_CC),obj/whole/slipway,slipway)
$(whole): obj/launcher/main.o $(foreach r,$(uses_door),$(objects_$(r)))
	@mkdir -p $(@D)
	$(link) $(libs_door)

# All that the front is made of; it links only if nothing of this needs a library
front_act   := cache capabilities companion companion_end confine copy copy_blocks descriptors exec_once filter_made \
	filter_ready landlock last_byte notify nvram nvram_code nvram_convert nvram_fill openings overlay policy processor \
	store_digest store_file store_lock store_place store_record tap terminal thread witness
front_base  := error file memory number pack record sighting terms text words
front_host  := backing emulator firmware_file firmware_volume image kvm mark
front_plan  := openings plan_clear plan_pack
front_spec  := argv_probe argv_table
front_front := front none_made
front_door  := emulate_start launch_facts launch_record launch_text options options_table options_value \
	report_words start
front_files := $(foreach r,act base host plan spec front,$(addprefix $(r)/,$(front_$(r)))) $(front_door)
front_objects := $(front_files:%=obj/front/launcher/%.o) obj/front/policy/table.o obj/front/policy/ready.o
$(front_door:%=obj/front/launcher/%.o): $(srcdir)/VERSION
compile_front = $(FRONT_CC) $(FRONT_CFLAGS) -I$(srcdir)/launcher -I. -Iobj/front/include $(flags_launcher) \
	-MMD -MP -c -o $@ $<
obj/front/launcher/%.o: $(srcdir)/launcher/%.c config.mak | obj/front/include/made
	@mkdir -p $(@D)
	$(call say,FRONT,$<)$(compile_front)
obj/front/policy/table.o: policy/table.c config.mak | obj/front/include/made
	@mkdir -p $(@D)
	$(call say,FRONT,$<)$(compile_front)
obj/front/policy/ready.o: obj/policy/ready.c config.mak | obj/front/include/made
	@mkdir -p $(@D)
	$(call say,FRONT,$<)$(compile_front)
# The kernel's headers, which another C library's compiler may not find, and nothing else beside them
obj/front/include/made: config.mak
	@rm -rf obj/front/include && mkdir -p obj/front/include
	$(call say,LINKS,obj/front/include)for d in linux asm asm-generic; do h=types; [ $$d != asm-generic ] || h=int-ll64; \
		echo "#include <$$d/$$h.h>" | $(CC) -E - | sed -n 's,^# [0-9]* "\(/.*/'$$d'\)/'$$h'.h".*,\1,p' | \
		sed 1q | xargs -I{} ln -s {} obj/front/include/$$d || exit 1; done; : >$@

# Where the front finds the whole program: in the folder of the build, or as it is installed
whole_installed := $(libexecdir)/slipway/slipway
way_to = $(shell printf '%s %s\n' $(abspath $(1)) $(abspath $(2)) | $(AWK) '{ n = split($$1, a, "/"); \
	m = split($$2, b, "/"); for (i = 2; i <= n && i <= m && a[i] == b[i]; i++); \
	for (j = i; j <= n; j++) printf "../"; for (; i <= m; i++) printf "%s%s", b[i], i < m ? "/" : "" }')
obj/front/here.o: front_beside = $(whole)
obj/front/here.o: front_place = $(CURDIR)/$(whole)
obj/front/installed.o: front_beside = $(call way_to,$(bindir),$(whole_installed))
obj/front/installed.o: front_place = $(abspath $(whole_installed))
obj/front/here.o obj/front/installed.o obj/front/counted_whole.o: $(srcdir)/launcher/front/whole.c config.mak
	@mkdir -p $(@D)
	$(call say,FRONT,$<)$(compile_front) -DWHOLE_BESIDE='"$(front_beside)"' -DWHOLE_PLACE='"$(front_place)"'
# make install prefix=… may say another place than the last time
.PHONY: another-place
obj/front/installed.o: $(if $(wildcard obj/front/slipway),$(shell \
	grep -a -q -F '$(abspath $(whole_installed))' obj/front/slipway || echo another-place))
link_front = $(call say,LINK,$@)$(FRONT_CC) $(FRONT_CFLAGS) $(FRONT_LDFLAGS) -o $@ $(filter %.o,$^)
ifneq ($(FRONT_CC),)
slipway: $(front_objects) obj/front/here.o | $(whole)
	$(link_front)
obj/front/slipway: $(front_objects) obj/front/installed.o
	$(link_front)
all: obj/front/slipway
endif

unit_tests := $(patsubst %.c,obj/%,$(call files,tests/unit/*/test_*.c))

# Unit tests, one program a test_ file, with what the other files beside it hold; and for each room a
# program of everything it may use, with a main that does nothing: it links only if the room calls
# nobody else.
define room_rules
obj/tests/unit/$(1)/test_%: obj/tests/unit/$(1)/test_%.o $(call objects,tests/support/*.c) \
		$(filter-out $(unit_tests:=.o),$(call objects,tests/unit/$(1)/*.c)) \
		$(foreach r,$(uses_$(1)),$(objects_$(r)))
	$$(link) $(libs_$(1)) $(CMOCKA_LIBS)
obj/fence/$(1): obj/tests/build/nothing.o $(foreach r,$(uses_$(1)),$(objects_$(r)))
	@mkdir -p $$(@D)
	$$(link) $(libs_$(1))
endef
$(foreach r,$(rooms) door,$(eval $(call room_rules,$(r))))

# Programs that the shell tests use: one that puts others into the act room's cage, and the probe in
# QEMU's place and the like, of one file and no library; these run in the cage, where a sanitizer's or
# a profile's own calls are refused
caged  := $(patsubst %.c,obj/%,$(call files,tests/sandbox/run_confined.c))
$(caged): %: %.o $(foreach r,$(uses_act),$(objects_$(r)))
	$(link) $(libs_act)
probes := $(patsubst %.c,obj/%,$(filter-out tests/bench/counted.c,$(call files,tests/integration/*.c tests/bench/*.c)))
plain   = $(filter-out -fsanitize% -fno-sanitize% --coverage,$(1))
$(probes): obj/%: $(srcdir)/%.c config.mak
	@mkdir -p $(@D)
	$(call say,PROBE,$<)$(CC) $(call plain,$(base_cflags) $(base_ldflags)) $(CPPFLAGS) $(CFLAGS) \
		$(LDFLAGS) -MMD -MP -MF $@.d -MT $@ -o $@ $<

$(whole) $(unit_tests) $(caged): $(profile)
obj/tests/coverage/profile.o: $(srcdir)/tests/coverage/profile.c config.mak
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(call plain,$(base_cflags)) -DPROFILES='"$(CURDIR)/obj/profiles"' \
		$(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Fuzz targets: with a main that gives them their corpus, and, in the build that tests/fuzz/run.sh
# makes, with libFuzzer's
fuzz_targets := $(patsubst %.c,obj/%,$(call files,tests/fuzz/fuzz_*.c))
fuzzers      := $(fuzz_targets:obj/tests/fuzz/%=fuzzers/%)
fuzzed        = $(call objects,tests/support/tempdir.c) $(foreach r,$(uses_door),$(objects_$(r)))
$(fuzz_targets): %: %.o obj/tests/fuzz/replay.o $(fuzzed)
	$(link) $(libs_door)
$(fuzzers): fuzzers/%: obj/tests/fuzz/%.o $(fuzzed)
	@mkdir -p $(@D)
	$(link) -fsanitize=fuzzer $(libs_door)
.PHONY: fuzzers
fuzzers: $(fuzzers)

# slipway with an allocator that fails, and what makes one fault after the other
failing := $(if $(findstring -fsanitize,$(base_cflags))$(filter -static%,$(base_ldflags)),,obj/tests/faults/slipway)
fault_driver := obj/tests/faults/driver
$(fault_driver): $(call objects,tests/faults/driver.c tests/faults/scene.c tests/faults/started.c)
	$(link) $(LIBSECCOMP_LIBS)
obj/tests/faults/slipway: obj/tests/faults/allocations.o obj/launcher/main.o \
		$(foreach r,$(uses_door),$(objects_$(r)))
	$(link) $(libs_door)

test_programs = $(unit_tests) $(probes) $(caged) $(fuzz_targets) $(failing) $(fault_driver) \
	$(guests_if_possible)

-include $(shell test ! -d obj || find obj -path obj/deb -prune -o -name '*.d' -print)

# ---- the guest of our own, and the demo ----------------------------------------------------------

-include $(srcdir)/examples/guest/guest.mk
guest_tools = command -v $(GUEST_CC) && command -v $(GUEST_LD) && command -v $(MFORMAT)
guests_if_possible := $(if $(GUEST_CC),$(if $(shell $(guest_tools)),guests))

environment = SRCDIR=$(abspath $(srcdir)) BUILD=$(CURDIR) SLIPWAY=$(CURDIR)/slipway \
	CC='$(CC)' NM='$(NM)' MAKE='$(MAKE)' CFLAGS='$(base_cflags) $(CFLAGS)'

# Runs a script of the tree, or says that it is not there
script = @test -f $(srcdir)/$(1) || { echo "make $@: $(1) is not there" >&2; exit 1; }; \
	$(environment) sh $(srcdir)/$(1)

.PHONY: demo
demo: slipway guests ## boot our own guest twice on x86_64 and on aarch64
	$(call script,examples/demo.sh)

# ---- checks --------------------------------------------------------------------------------------

golden      := $(wildcard $(srcdir)/tests/golden/*.sh)
integration := $(filter-out %/lib.sh,$(wildcard $(srcdir)/tests/integration/*.sh))
building    := $(wildcard $(srcdir)/tests/build/*.sh)
long        := $(wildcard $(srcdir)/tests/long/*.sh)
run = @$(if $(2),$(environment) sh $(srcdir)/tests/run.sh $(1) $(2),\
	echo "make $@: there are none" >&2; exit 1)

.PHONY: check no-cmocka check-unit check-golden check-integration check-build check-long check-sandbox \
	check-faults check-load
cmocka := $(if $(filter no,$(tests)),no-cmocka)
no-cmocka:
	@echo "make: no tests: configured with --disable-tests" >&2; exit 1
check: $(cmocka) all $(test_programs) ## all tests but the long ones
	$(call run,--whole,$(unit_tests) $(integration) $(golden) $(building))
check-unit: $(cmocka) $(unit_tests) ## unit tests, one program for each source file
	$(call run,,$(unit_tests))
check-golden: all ## plans and refusals against what is expected
	$(call run,,$(golden))
check-integration: all $(test_programs) ## the program itself, with a probe and with QEMU
	$(call run,,$(integration))
check-build: all ## configure, the Makefile, the fences seen to fail
	$(call run,,$(building))
check-sandbox: all $(test_programs) ## the attacker and the matrix, with the numbers of SECURITY.md
	@$(environment) sh $(srcdir)/tests/sandbox/check.sh
check-faults: all $(test_programs) ## every allocation and system call fails in turn (FAULT_STEP=N: some)
	@$(environment) sh $(srcdir)/tests/faults/run.sh
check-load: all $(test_programs) ## many VMs at once, large inputs, a soak (LOAD_VMS=N, LOAD_SOAK=N, …)
	@$(environment) sh $(srcdir)/tests/long/load.sh
check-long: export SLIPWAY_TEST_LIMIT = 7200
check-long: all $(test_programs) ## what takes longer than ten minutes
	$(call run,,$(long))

# The four fences (tests/build/fences.sh plants violations and sees each of these fail)
headers := $(call files,launcher/*.h launcher/*/*.h tests/support/*.h)
compilers := $(shell for c in gcc clang; do command -v $$c; done)

.PHONY: check-fences check-link check-pure check-includes check-headers
check-fences: check-link check-pure check-includes check-headers ## the walls between the rooms
check-link: $(addprefix obj/fence/,$(rooms) door)
check-pure: $(objects_plan) $(objects_base)
	@NM='$(NM)' sh $(srcdir)/tests/build/fence/pure.sh $(srcdir)/tests/build/pure-symbols.txt \
		$(objects_plan) -- $(objects_base)
check-includes:
	@cd $(srcdir) && sh tests/build/fence/includes.sh
check-headers: $(headers:%=obj/%.alone)
obj/%.h.alone: $(srcdir)/%.h config.mak
	@mkdir -p $(@D)
	$(call say,ALONE,$<)for cc in '$(CC)' $(compilers); do $$cc -std=c17 -D_GNU_SOURCE -Wall -Wextra \
		-Wno-unused -Werror $(includes) -MMD -MF $@.d -MT $@ -fsyntax-only -x c $< || exit 1; \
		done && : >$@

# ---- lint ----------------------------------------------------------------------------------------

c_files  := $(call files,launcher/*.[ch] launcher/*/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch] \
	examples/*/*.[ch])
tidied   := $(call files,launcher/*.c launcher/*/*.c)
sh_files := configure $(call files,.ci/run examples/*.sh examples/*/*.sh \
	examples/packaging/alpine/APKBUILD examples/packaging/alpine/*.trigger examples/packaging/arch/PKGBUILD \
	examples/packaging/debian/*.postinst examples/packaging/debian/tests/boot tests/*.sh tests/*/*.sh tests/*/*/*.sh)
manuals  := $(call files,doc/*.[1-8])
lint = @command -v $(1) >/dev/null || { echo "make $@: $(1) is not installed" >&2; exit 1; }; \
	$(if $(filter 1,$(V)),set -x;) cd $(srcdir) &&

# Without the names that libraries are loaded by, whose quotes are lost on the way
plain_cflags = $(filter-out -DLIBXML2_SONAME=% -DLIBSECCOMP_SONAME=%,\
	$(LIBXML2_CFLAGS) $(JSON_C_CFLAGS) $(LIBSECCOMP_CFLAGS))

.PHONY: lint lint-format lint-tidy lint-cppcheck lint-shell lint-man
lint: lint-format lint-shell lint-man lint-cppcheck lint-tidy ## all linters; a missing one is an error
lint-format:
	$(call lint,clang-format) clang-format --dry-run -Werror $(c_files)
lint-tidy: policy/table.c
	$(call lint,clang-tidy) printf '%s\n' $(tidied) | xargs -P 2 -n 8 sh -c 'clang-tidy --quiet \
		"$$@" -- -std=c17 -D_GNU_SOURCE -Ilauncher -DSLIPWAY_VERSION=\"\" \
		-DLIBXML2_SONAME=\"libxml2.so\" -DLIBSECCOMP_SONAME=\"libseccomp.so\" \
		-DWHOLE_BESIDE=\"\" -DWHOLE_PLACE=\"\" \
		$(plain_cflags)' sh
# cppcheck does not know __typeof__, nor that a number which is cast by it is one; it takes an out
# parameter that is written through a member for read before, and a struct that is handed down for one
# that is returned
lint-cppcheck:
	$(call lint,cppcheck) cppcheck --quiet --std=c11 --enable=warning,performance,portability \
		--inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem --suppress=ctuuninitvar \
		--suppress=returnDanglingLifetime --suppress=AssignmentAddressToInteger '-D__typeof__(x)=void *' -Ilauncher launcher
lint-shell:
	$(call lint,shellcheck) shellcheck $(sh_files)
lint-man:
	$(call lint,mandoc) $(if $(manuals),mandoc -Tlint -Wwarning $(manuals),:)

analyzed := $(call files,launcher/*.c launcher/*/*.c)
lint-analyzer: ## gcc -fanalyzer over the program
	$(call lint,gcc) printf '%s\n' $(analyzed) | xargs -P 2 -n 1 gcc -std=c17 -D_GNU_SOURCE -O1 -fanalyzer \
		-Ilauncher -DSLIPWAY_VERSION='""' -DLIBXML2_SONAME='"libxml2.so"' -DLIBSECCOMP_SONAME='"libseccomp.so"' \
		-DWHOLE_BESIDE='""' -DWHOLE_PLACE='""' \
		$(plain_cflags) -c -o /dev/null 2>&1 | grep 'warning:' | { ! grep .; }
# valgrind over the unit tests that stay in one process: those that are caged or traced end with it, it
# knows neither seccomp nor pidfd_open, it needs the memory that test_json_memory takes away, and it
# lets posix_spawn succeed where there is no program. The thousands of plans of test_injection would
# take as long as all others.
memchecked := $(filter-out obj/tests/unit/door/test_injection obj/tests/unit/plan/test_json_memory $(addprefix obj/tests/unit/act/test_,capabilities child \
	companion companion_end confine confine_refused copy copy_blocks each_fault exec_once exec_refused filter filter_first \
	filter_marks filter_ready filter_text landlock landlock_found last_byte libseccomp nvram_convert nvram_faults nvram_kinds openings \
	pattern_memory ready_socket store_lock tap watch witness_end),$(unit_tests))
obj/tests/memcheck/calls.so: $(srcdir)/tests/memcheck/calls.c config.mak
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) -std=c17 -D_GNU_SOURCE -O1 -g -Wall -Wextra -shared -fPIC -o $@ $< -ldl
check-valgrind: all $(memchecked) obj/tests/memcheck/calls.so ## unit tests under valgrind (MEMCHECK_GOLDEN=N: golden cases)
	@$(environment) sh $(srcdir)/tests/memcheck/run.sh $(CURDIR)/obj/tests/memcheck/calls.so \
		$(addprefix $(CURDIR)/,$(memchecked))

# ---- other work ----------------------------------------------------------------------------------

.PHONY: fuzz mutate bench bench-check golden-update coverage check-coverage lint-analyzer check-valgrind
fuzz: all ## fuzz every input language, FUZZ_SECONDS=20 each (clang and its libFuzzer)
	$(call script,tests/fuzz/run.sh)
mutate: all ## break a line at a time, and demand that a test fails (MUTANTS=N: so many)
	$(call script,tests/mutate.sh)
bench: all $(probes) $(caged) ## measure, in ratios
	$(call script,tests/bench/run.sh)
# slipway, which valgrind can run, and its front
counted := obj/tests/bench/counted $(if $(FRONT_CC),obj/tests/bench/counted_front)
wraps    = -Wl,--wrap=syscall,--wrap=execve
obj/tests/bench/counted: obj/tests/bench/counted.o obj/launcher/main.o $(foreach r,$(uses_door),$(objects_$(r)))
	$(link) $(wraps) $(libs_door)
obj/tests/bench/counted_front: $(front_objects) obj/front/counted.o obj/front/counted_whole.o
	$(link_front) $(wraps)
obj/front/counted.o: $(srcdir)/tests/bench/counted.c config.mak | obj/front/include/made
	@mkdir -p $(@D)
	$(call say,FRONT,$<)$(compile_front)
obj/front/counted_whole.o: front_beside = counted
obj/front/counted_whole.o: front_place = $(CURDIR)/obj/tests/bench/counted
bench-check: $(counted) $(probes) ## instructions of each mode against tests/bench/budgets.txt, by callgrind
	$(call script,tests/bench/check.sh)
golden-update: all ## write the golden plans anew; look at the difference
	$(call script,tests/golden/run.sh) --update
# Shell tests that run much of the act room and of the door in a short time
covering := $(patsubst %,$(srcdir)/tests/integration/%.sh,watch emulator policy bad_input brief cage ci_examples \
	command_record commands companions corners crowd devices doctor documents firmware full_disk help hostile images launch_record machines \
	network nvram_faults nvram_life nvram_race nvram_refusals run_probe screenshot systemd terminal)
if_coverage = @test '$(coverage)' = yes || { echo "make $@: configure with --enable-coverage" >&2; exit 1; }
coverage: ## lines and branches that the tests run (configure --enable-coverage)
	$(if_coverage)
	$(call script,tests/coverage.sh) begin
	$(MAKE) check
	$(call script,tests/coverage.sh)
check-coverage: $(if $(filter yes,$(coverage)),$(cmocka) all $(test_programs)) ## no room's tests run less of it than they did
	$(if_coverage)
	$(call script,tests/coverage.sh) begin
	$(call run,,$(covering) $(unit_tests) $(golden))
	$(call script,tests/coverage.sh) ratchet

# ---- installing ----------------------------------------------------------------------------------

# MODE:FILE:PLACE
put = $(foreach f,$(call files,$(1)),644:$(srcdir)/$(f):$(2))
installed := $(if $(FRONT_CC),755:obj/front/slipway:$(bindir)/slipway 755:$(whole):$(whole_installed),\
		755:slipway:$(bindir)/slipway) \
	$(foreach m,$(manuals),$(call put,$(m),$(mandir)/man$(subst .,,$(suffix $(m)))/$(notdir $(m)))) \
	$(call put,completions/slipway.bash,$(datadir)/bash-completion/completions/slipway) \
	$(call put,completions/slipway.zsh,$(datadir)/zsh/site-functions/_slipway) \
	$(call put,completions/slipway.fish,$(datadir)/fish/vendor_completions.d/slipway.fish) \
	$(call put,examples/systemd/sysusers.conf,$(prefix)/lib/sysusers.d/slipway.conf)
each_installed = @set -e; for entry in $(installed); do \
	place=$${entry\#\#*:} file=$${entry\#*:}; file=$${file%:*} mode=$${entry%%:*};

# Hard links, since AppArmor looks at the path that a link leads to
emulator_names := $(if $(filter yes,$(emulator_links)),\
	$(patsubst %,qemu-system-%-slipway,x86_64 aarch64))
each_link = @set -e; for name in $(emulator_names); do place="$(bindir)/$$name";

# systemd's unit names the program by its path
unit := $(prefix)/lib/systemd/system/slipway@.service

.PHONY: install uninstall
install: all ## below DESTDIR, in the folders given to configure
	$(each_installed) echo "  INSTALL $$place"; \
		install -D -m $$mode $$file "$(DESTDIR)$$place"; done
	@echo "  INSTALL $(unit)"; install -d "$(DESTDIR)$(dir $(unit))"; \
		sed 's,/usr/local/bin/,$(bindir)/,' '$(srcdir)/examples/systemd/slipway@.service' \
		>"$(DESTDIR)$(unit)" && chmod 644 "$(DESTDIR)$(unit)"
	$(each_link) echo "  LINK    $$place"; \
		ln -f "$(DESTDIR)$(bindir)/slipway" "$(DESTDIR)$$place"; done
uninstall: ## remove what install put there
	$(each_installed) rm -f "$(DESTDIR)$$place"; done
	@rm -f "$(DESTDIR)$(unit)"
	$(each_link) rm -f "$(DESTDIR)$$place"; done

# ---- a release -----------------------------------------------------------------------------------

# The same tree gives the same bytes: sorted, one owner, one time (of the last commit, or of VERSION
# where there is no git), no name or time in gzip's header.
tarball := slipway-$(version).tar.gz
.PHONY: dist sources
dist: ## slipway-VERSION.tar.gz, reproducible
	$(call say,DIST,$(tarball))set -e; out=$(CURDIR)/$(tarball); \
	trap "rm -f $$out.*" EXIT; \
	if test -e $(srcdir)/.git; then \
		git -C $(srcdir) ls-files -z >$$out.files; time=$$(git -C $(srcdir) log -1 --format=%ct); \
	else \
		$(MAKE) -s --no-print-directory sources >$$out.files; time=$$(stat -c %Y $(srcdir)/VERSION); \
	fi; \
	LC_ALL=C sort -z -o $$out.files $$out.files; \
	tar -C $(srcdir) -cf $$out.tar --no-recursion --null -T $$out.files --format=ustar --owner=0 --group=0 \
		--numeric-owner --mode=u=rwX,go=rX --mtime=@$${SOURCE_DATE_EPOCH:-$$time} \
		--transform='s,^,slipway-$(version)/,S'; \
	gzip -9n <$$out.tar >$$out.new; mv $$out.new $$out
.PHONY: deb
deb: dist ## the Debian package, in obj/deb
	@sh $(srcdir)/examples/packaging/deb.sh $(CURDIR)/$(tarball) $(CURDIR)/obj/deb -b
# The tree without what was built in it, each name ended by NUL; a folder below that holds a config.mak
# is a build folder
sources:
	@cd $(srcdir) && find . -mindepth 1 '(' -path ./.git -o -path ./obj -o -path ./policy/table.c \
		-o -path './examples/guest/hello-*' -o -path ./examples/guest/x86_64 \
		-o -path ./examples/guest/aarch64 -o -path ./slipway -o -path './slipway-*.tar.gz*' \
		-o -path './config.*' -o -type d -exec test -e '{}/config.mak' ';' ')' -prune \
		-o ! -type d -printf '%P\0'

.PHONY: all help clean distclean
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(srcdir)/Makefile $(srcdir)/examples/guest/guest.mk | expand -t 20
	@echo; echo 'V=1 shows whole commands; DESTDIR=DIR goes in front of where install puts things;'
	@echo './configure --help has the rest: prefix, sanitizers, coverage, emulator links, packages to install'
clean: ## remove what make made
	rm -rf obj fuzz-build slipway policy/table.c $(GUEST_EFI) $(GUEST_IMG) $(GUEST_ARCHES:%=examples/guest/%)
distclean: clean ## and what configure made
	rm -f config.mak config.log slipway-*.tar.gz*
	@! grep -qsx '# made by configure' Makefile || rm -f Makefile .gitignore
