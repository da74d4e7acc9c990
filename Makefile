# nabla: one Makefile, no configure step. `make help` lists the targets.
#
# Each variant (release, asan, cover, fuzz) has its own folder build/VARIANT; the public targets
# install missing packages, then call make again with the variant they need. The caller's CPPFLAGS,
# CFLAGS, LDFLAGS and LDLIBS are appended to ours; CC=clang works; V=1 shows the commands.

# ---- Sources: every .c file is named here (scripts/unlisted finds the forgotten ones) ----

# One list per folder of src/; everything but REPL and MAIN is the library libnabla.
BASE    := arena.c diagnostic.c file.c limits.c nearest.c number.c symbol.c text.c threads.c \
    unicode.c
MPC_SRC := ast.c ast_walk.c basic.c buffer.c combinators.c engine.c error.c first.c folds.c \
    language.c leaf.c left_recursion.c memo.c pack.c parser.c regex.c regex_match.c report.c run.c \
    tree.c value.c
TENSOR  := arrays.c blas.c broadcast.c cholesky.c cofactors.c decimal.c factor.c kernels.c make.c \
    matrices.c product.c product_plain.c random.c read.c read_npy.c read_table.c reduce.c shape.c \
    tensor.c triangle.c vector.c vector_avx2.c vector_avx512.c views.c
GRAPH   := apply.c graph.c operation.c shapes.c
EVAL    := array_steps.c fuse.c fused_run.c merge.c number_steps.c places.c plan.c run.c \
    schedule.c
SYNTAX  := beside.c climb.c command.c digits.c explain.c foreign.c grammar.c matrix.c operands.c \
    parse.c print.c split.c token.c tree.c
BUILD   := build.c call.c differentiate.c formula.c fraction.c literal.c matrix.c misfit.c \
    resolve.c rules.c simplify.c trial.c
TRACE   := blocks.c claim.c compare.c edges.c gradcheck.c nearby.c slope.c trace.c vary.c
REPORT  := array_text.c check_json.c check_text.c check_words.c diagnostic_text.c grades.c json.c \
    json_parts.c location.c names_text.c page_mdoc.c page_text.c style.c tap.c trace_text.c \
    value_text.c
SESSION := check.c classify.c commands.c complete.c define.c draw.c evaluate.c files.c guard.c \
    help.c help_example.c help_pages.c hints.c load.c names.c notes.c outcome.c prelude.c preview.c \
    run.c save.c scope.c session.c set.c show.c sides.c topics.c trace_commands.c undo.c
REPL    := bytes.c complete.c config.c highlight.c history.c line.c pager.c pasted.c redisplay.c \
    repl.c user_files.c wait.c
MAIN    := grade.c input.c main.c

# Tests, by path. A unit test is a cmocka program and links libnabla. A runner prints TAP, gets the
# path of the nabla under test as its argument, and sees nabla only from outside: it links no
# libnabla. The support files are linked into each of them. tests/*.bats need no list.
UNIT_TESTS     := tests/unit/test_base.c tests/unit/test_build.c tests/unit/test_check.c \
    tests/unit/test_determinants.c tests/unit/test_documents.c tests/unit/test_eval.c \
    tests/unit/test_graph.c tests/unit/test_help.c tests/unit/test_inquiries.c \
    tests/unit/test_limits.c tests/unit/test_linear.c tests/unit/test_operations.c \
    tests/unit/test_plan.c tests/unit/test_product.c tests/unit/test_random.c \
    tests/unit/test_read.c tests/unit/test_read_npy.c tests/unit/test_redisplay.c \
    tests/unit/test_repl.c tests/unit/test_report.c tests/unit/test_session.c \
    tests/unit/test_state.c tests/unit/test_syntax.c tests/unit/test_tensor.c \
    tests/unit/test_trace.c tests/unit/test_vector.c
UNIT_SUPPORT   := tests/unit/array_checks.c tests/unit/array_formulas.c tests/unit/matrices.c \
    tests/unit/matrix_formulas.c tests/unit/reading.c tests/unit/row_checks.c tests/unit/support.c
MPC_TESTS      := tests/mpc/test_mpc.c tests/mpc/test_mpc_examples.c tests/mpc/test_mpc_limits.c \
    tests/mpc/test_mpc_memory.c tests/mpc/test_mpc_rules.c tests/mpc/test_mpc_trees.c
MPC_FUZZER     := tests/mpc/fuzz_mpc.c
RUNNERS        := tests/runners/locals.c tests/runners/matrix_reference.c tests/runners/printed.c \
    tests/runners/programs.c tests/runners/reference.c tests/runners/transcripts.c
RUNNER_SUPPORT := tests/runners/arrays.c tests/runners/support.c
FUZZERS        := tests/fuzz/fuzz_parser.c tests/fuzz/fuzz_program.c
MANUAL         := man/manual.c
BENCHES        := bench/bench_grammar.c bench/bench_mpc.c bench/bench_prompt.c bench/bench_read.c

# bench_speed starts the sides: nabla, the same work by hand, and peers where they are installed.
BENCH_SPEED := bench/asking.c bench/bench_speed.c
BENCH_NABLA := bench/nabla_chain.c bench/nabla_side.c bench/nabla_text.c bench/side.c
BENCH_LIMIT := bench/limit.c bench/limit_chain.c bench/limit_entries.c bench/limit_logistic.c \
    bench/limit_network.c bench/limit_product.c bench/limit_random.c bench/limit_small_network.c

# ---- Variants and flags ----

VARIANT := release
MPC     := own
FUZZ_SECONDS := 60

FLAGS_release :=
FLAGS_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_cover   := -O0 --coverage
FLAGS_fuzz    := $(FLAGS_asan) -fsanitize=fuzzer-no-link

LANGUAGE_FLAGS := -std=c17 -D_XOPEN_SOURCE=700 -Wall -Wextra -Wpedantic -Werror -Wshadow \
    -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
COMPILE_FLAGS = $(LANGUAGE_FLAGS) -O2 -g $(FLAGS_$(VARIANT)) $(MPC_INCLUDE) -Isrc \
    $(CPPFLAGS) $(CFLAGS)
# gcc's shared libubsan would ignore log_path below; clang always links its sanitizers statically.
LINK_FLAGS_asan = $(if $(findstring clang,$(shell $(CC) --version)),,-static-libasan -static-libubsan)
# Of the program, not of the library; static, as loading them would take a tenth of each start.
PROGRAM_LIBS := -l:libreadline.a -l:libtinfo.a
LIBS        := -lutf8proc -l:libgsl.a -l:libgslcblas.a -lm
UNIT_LIBS   := -lcmocka -ljansson
RUNNER_LIBS := -ljansson -lm

COMPILE = $(CC) $(COMPILE_FLAGS) -MMD -MP -c
LINK    = $(CC) $(COMPILE_FLAGS) $(LINK_FLAGS_$(VARIANT)) $(LDFLAGS)

# ---- What is made from what ----

SRC_MPC := $(addprefix src/mpc/,$(MPC_SRC))
SRC_LIB := $(addprefix src/base/,$(BASE)) $(addprefix src/tensor/,$(TENSOR)) \
    $(addprefix src/graph/,$(GRAPH)) $(addprefix src/eval/,$(EVAL)) \
    $(addprefix src/syntax/,$(SYNTAX)) $(addprefix src/build/,$(BUILD)) \
    $(addprefix src/trace/,$(TRACE)) $(addprefix src/report/,$(REPORT)) \
    $(addprefix src/session/,$(SESSION))
SRC_PROGRAM := $(addprefix src/repl/,$(REPL)) $(addprefix src/,$(MAIN))
LISTED := $(SRC_MPC) $(SRC_LIB) $(SRC_PROGRAM) $(UNIT_TESTS) $(UNIT_SUPPORT) $(MPC_TESTS) \
    $(MPC_FUZZER) $(RUNNERS) $(RUNNER_SUPPORT) $(FUZZERS) $(BENCHES) $(MANUAL) $(BENCH_SPEED) \
    $(BENCH_NABLA) $(BENCH_LIMIT) tests/mutate.c

ifeq ($(MPC),own)
OBJ     := build/$(VARIANT)
SRC_LIB += $(SRC_MPC)
else ifeq ($(MPC),system)
# scripts/system-mpc leaves a header mpc/mpc.h that forwards to the installed one, found before src/.
OBJ         := build/$(VARIANT)-system-mpc
MPC_INCLUDE := -I$(OBJ)/include -DMPC_SYSTEM
MPC_FOUND   := $(OBJ)/mpc.link
MPC_LINK    := @$(MPC_FOUND)
else
$(error MPC is "own" (src/mpc, the default) or "system" (an installed library), not "$(MPC)")
endif

# Only the release build is also put where README and users look for it.
OUT     := $(if $(filter release,$(VARIANT)),build,$(OBJ))
PROGRAM := $(OUT)/nabla

LIB_OBJECTS     := $(SRC_LIB:%.c=$(OBJ)/%.o) $(OBJ)/embedded_grammar.o $(OBJ)/embedded_prelude.o
PROGRAM_OBJECTS := $(SRC_PROGRAM:%.c=$(OBJ)/%.o)
UNIT_PROGRAMS   := $(UNIT_TESTS:%.c=$(OBJ)/%) $(MPC_TESTS:%.c=$(OBJ)/%)
RUN_PROGRAMS    := $(RUNNERS:%.c=$(OBJ)/%)
FUZZ_PROGRAMS   := $(FUZZERS:%.c=$(OBJ)/%) $(MPC_FUZZER:%.c=$(OBJ)/%)
BENCH_PROGRAMS  := $(BENCHES:%.c=$(OBJ)/%)
MANUAL_PROGRAM  := $(MANUAL:%.c=$(OBJ)/%)
SIDES           := $(addprefix $(OBJ)/bench/,limit nabla_side peer_adolc)
BATS            := $(wildcard tests/*.bats)

Q := $(if $(filter 1,$(V)),,@)
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.DEFAULT_GOAL := all
FORCE:

# ---- Targets for people ----

.PHONY: all demo check check-asan check-system valgrind fuzz cover tidy format mutate bench clean help
.PHONY: packages packages-dev program FORCE run-check run-check-system run-valgrind run-fuzz run-cover run-tidy
.PHONY: manual run-manual run-format run-mutate run-bench

all: packages                  ## build/nabla and build/libnabla.a (default)
	$(Q)$(MAKE) program

demo: packages                 ## build, then run examples/demo.ad
	$(Q)$(MAKE) program
	@$(PROGRAM) examples/demo.ad

check: packages                ## build and run all tests; last line: N passed, N failed
	$(Q)$(MAKE) run-check

check-asan: packages           ## the same tests under AddressSanitizer and UBSan
	$(Q)$(MAKE) VARIANT=asan run-check

check-system: packages         ## the same tests, with src/mpc as an installed library
	$(Q)$(MAKE) run-check-system

valgrind: packages-dev         ## unit tests and examples under valgrind
	$(Q)$(MAKE) run-valgrind

fuzz: packages-dev             ## libFuzzer, FUZZ_SECONDS (60) per target
	$(Q)$(MAKE) VARIANT=fuzz CC=clang run-fuzz

cover: packages                ## run the tests, print line coverage per file
	$(Q)$(MAKE) VARIANT=cover CC=gcc run-cover

tidy: packages-dev             ## include graph, format, headers, clang-tidy, manual page
	$(Q)$(MAKE) run-tidy

format: packages-dev           ## let clang-format rewrite src, tests, bench and man
	$(Q)$(MAKE) run-format

manual: packages               ## write the pages in man/ anew, from what help says
	$(Q)$(MAKE) run-manual

mutate: packages               ## break every derivative rule in turn: do the tests notice?
	$(Q)$(MAKE) run-mutate

bench: packages                ## measure; ROWS="P2a P5": only these rows of the speed table
	$(Q)$(MAKE) run-bench

clean:                         ## remove build/
	rm -rf build

help:                          ## this list
	@sed -n 's/^\([a-z-]*\):[^#=]*## /\1\t/p' Makefile | expand -t 14
	@echo 'Variables: CC=clang  CFLAGS=...  V=1 (show commands)  MPC=system (installed mpc library)'

packages:
	@scripts/packages packages.txt

packages-dev:
	@scripts/packages packages.txt packages-dev.txt

# ---- Building ----

program: $(PROGRAM) $(OUT)/libnabla.a

# Rewritten only when a command changes, so that another CC or CFLAGS rebuilds everything.
$(OBJ)/flags: FORCE
	@mkdir -p $(@D)
	@echo "$(COMPILE) / $(LINK) $(LDLIBS)" | cmp -s - $@ || echo "$(COMPILE) / $(LINK) $(LDLIBS)" >$@

$(OBJ)/mpc.link: scripts/system-mpc $(OBJ)/flags
	$(Q)scripts/system-mpc $(OBJ) $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)

$(OBJ)/%.o: %.c $(OBJ)/flags $(MPC_FOUND)
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC    $<")
	$(Q)$(COMPILE) -o $@ $<

$(OBJ)/embedded_%.o: $(OBJ)/embedded_%.c $(OBJ)/flags $(MPC_FOUND)
	$(Q)$(COMPILE) -o $@ $<

$(OBJ)/embedded_grammar.c: grammar/nabla.grammar scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed nabla_grammar $< >$@

$(OBJ)/embedded_prelude.c: grammar/prelude.ad scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed nabla_prelude $< >$@

# Depends on this file, whose lists may have lost a source; removed first, as ar keeps old members.
$(OBJ)/libnabla.a: $(LIB_OBJECTS) Makefile
	$(if $(Q),@echo "  AR    $@")
	$(Q)rm -f $@ && $(AR) rcs $@ $(LIB_OBJECTS)

$(OBJ)/nabla: $(PROGRAM_OBJECTS) $(OBJ)/libnabla.a
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(LINK) -o $@ $^ $(MPC_LINK) $(PROGRAM_LIBS) $(LIBS) $(LDLIBS)

# Compared by content, as MPC=own and MPC=system take turns here. A hard link replaces even a
# program that is running.
ifeq ($(OUT),build)
build/nabla build/libnabla.a: build/%: $(OBJ)/% FORCE
	@cmp -s $< $@ || ln -f $< $@
endif

$(UNIT_TESTS:%.c=$(OBJ)/%) $(OBJ)/tests/mutate: $(UNIT_SUPPORT:%.c=$(OBJ)/%.o)
# The prompt is no part of the library. What needs no terminal is tested here.
$(OBJ)/tests/unit/test_redisplay $(OBJ)/tests/unit/test_repl $(OBJ)/bench/bench_prompt: \
    $(patsubst %.c,$(OBJ)/src/repl/%.o,$(filter-out line.c repl.c,$(REPL)))
# The first makes the allocations of the parser library fail, the other counts those of runs.
$(OBJ)/tests/mpc/test_mpc_memory $(OBJ)/tests/unit/test_plan: \
    LINK_EXTRA := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
$(UNIT_PROGRAMS) $(OBJ)/tests/mutate: %: %.o $(OBJ)/libnabla.a
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(LINK) $(LINK_EXTRA) -o $@ $(filter %.o,$^) $(OBJ)/libnabla.a $(MPC_LINK) $(LIBS) \
	    $(UNIT_LIBS) $(LDLIBS)

$(RUN_PROGRAMS): %: %.o $(RUNNER_SUPPORT:%.c=$(OBJ)/%.o)
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(LINK) -o $@ $^ $(RUNNER_LIBS) $(LDLIBS)

# Many random grammars recurse to the limit; a lower one keeps the fuzzer fast.
$(MPC_FUZZER:%.c=$(OBJ)/%): $(MPC_FUZZER) $(SRC_MPC)
	$(if $(Q),@echo "  LINK  $@")
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -DMPC_MAX_DEPTH=300 -fsanitize=fuzzer -o $@ $^

$(FUZZERS:%.c=$(OBJ)/%): %: %.o $(OBJ)/libnabla.a
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(MPC_LINK) $(LIBS) $(LDLIBS)

$(BENCH_PROGRAMS) $(MANUAL_PROGRAM): %: %.o $(OBJ)/libnabla.a
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(OBJ)/libnabla.a $(MPC_LINK) $(LIBS) $(LDLIBS)

$(OBJ)/bench/bench_speed: $(BENCH_SPEED:%.c=$(OBJ)/%.o)
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(LINK) -o $@ $^ -lm $(LDLIBS)

$(OBJ)/bench/nabla_side: $(BENCH_NABLA:%.c=$(OBJ)/%.o) $(OBJ)/libnabla.a
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(LINK) -o $@ $^ $(MPC_LINK) $(LIBS) $(LDLIBS)

# What a machine can do is measured by gcc's best code for this very one, whatever CC is.
LIMIT_COMPILE := gcc $(LANGUAGE_FLAGS) -O3 -march=native -ffast-math

$(BENCH_LIMIT:%.c=$(OBJ)/%.o): $(OBJ)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC    $<")
	$(Q)$(LIMIT_COMPILE) -MMD -MP -c -o $@ $<

$(OBJ)/bench/limit: $(BENCH_LIMIT:%.c=$(OBJ)/%.o) $(OBJ)/bench/side.o
	$(if $(Q),@echo "  LINK  $@")
	$(Q)gcc -o $@ $^ -l:libopenblas.so.0 -lmvec -lm

# Not made where there is no ADOL-C.
$(OBJ)/bench/peer_adolc: bench/peer_adolc.cpp bench/chain.h bench/networks.h $(OBJ)/bench/side.o
	@if echo '#include <adolc/adolc.h>' | $(CXX) -x c++ -fsyntax-only - 2>/dev/null; then \
	    echo "  CXX   $<"; \
	    $(CXX) -std=c++17 -O3 -march=native -Wall -Wextra -o $@ $< $(OBJ)/bench/side.o -ladolc; \
	fi

-include $(patsubst %.c,$(OBJ)/%.d,$(LISTED)) $(OBJ)/embedded_grammar.d $(OBJ)/embedded_prelude.d

# ---- Testing: the second halves of the targets above, packages being there ----

export NABLA := $(CURDIR)/$(PROGRAM)

# Exit status 86 is none of nabla's, and reports go to files that scripts/check looks for: a
# sanitizer report counts as a failure even where a test expects the program to fail.
ifeq ($(VARIANT),asan)
export SANITIZER_REPORTS := $(CURDIR)/$(OBJ)/sanitizer-report
export ASAN_OPTIONS := exitcode=86:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:allocator_may_return_null=1:log_path=$(SANITIZER_REPORTS)
export LSAN_OPTIONS := exitcode=86
export UBSAN_OPTIONS := exitcode=86:print_stacktrace=1:log_path=$(SANITIZER_REPORTS)
endif

export LISTED

run-check: $(PROGRAM) $(UNIT_PROGRAMS) $(RUN_PROGRAMS) $(MANUAL_PROGRAM)
	@scripts/check \
	    'include-graph:scripts/include-graph --tap' \
	    'sources-listed:scripts/unlisted --tap' \
	    'manual-pages:scripts/manual --tap $(NABLA) $(MANUAL_PROGRAM)' \
	    $(foreach t,$(UNIT_PROGRAMS),'$(notdir $t):$t') \
	    $(foreach t,$(RUN_PROGRAMS),'$(notdir $t):$t $(NABLA)') \
	    $(foreach t,$(BATS),'$(notdir $t):bats --tap $t')

# src/mpc as a library of its own, which MPC=system finds. At the end build/nabla is the usual one.
INSTALLED := $(CURDIR)/build/installed-mpc
run-check-system:
	$(Q)mkdir -p $(INSTALLED)/include $(INSTALLED)/lib
	$(Q)cp src/mpc/mpc.h $(INSTALLED)/include
	$(Q)$(CC) $(LANGUAGE_FLAGS) -O2 -fPIC -shared -o $(INSTALLED)/lib/libmpc.so $(SRC_MPC)
	$(Q)$(MAKE) MPC=system CPPFLAGS='-I$(INSTALLED)/include $(CPPFLAGS)' \
	    LDFLAGS='-L$(INSTALLED)/lib -Wl,-rpath,$(INSTALLED)/lib $(LDFLAGS)' run-check
	$(Q)$(MAKE) program

# 99: an exit status of neither the tests nor nabla.
# Threads that wait for each other in busy loops take minutes there.
UNDER_VALGRIND := OPENBLAS_NUM_THREADS=1 valgrind -q --error-exitcode=99 --leak-check=full

run-valgrind: $(PROGRAM) $(UNIT_PROGRAMS)
	@for example in examples/*.ad; do \
	    echo "$$example"; $(UNDER_VALGRIND) $(NABLA) $$example </dev/null >/dev/null || exit 1; \
	done
	@scripts/check $(foreach t,$(UNIT_PROGRAMS),'$(notdir $t):env $(UNDER_VALGRIND) $t')

# New inputs go to the first folder; examples/ and the dictionary are where it starts from.
run-fuzz: $(FUZZ_PROGRAMS)
	@for f in $(FUZZ_PROGRAMS); do \
	    echo "$$f, $(FUZZ_SECONDS) seconds"; mkdir -p $$f.corpus; \
	    $$f -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 -verbosity=0 \
	        -print_final_stats=1 -artifact_prefix=$$f- \
	        $(addprefix -dict=,$(wildcard tests/fuzz/nabla.dict)) \
	        $$f.corpus $(wildcard examples) || exit 1; \
	done

run-cover:
	@mkdir -p $(OBJ) && find $(OBJ) -name '*.gcda' -delete
	$(Q)$(MAKE) run-check
	@scripts/coverage $(OBJ)/src

FORMATTED = $(shell find $(wildcard src tests bench man) -name '*.[ch]' | sort)

run-tidy:
	scripts/include-graph
	scripts/unlisted
	@echo clang-format; clang-format --dry-run -Werror $(FORMATTED)
	@echo 'each header compiles alone'; for header in $(filter %.h,$(FORMATTED)); do \
	    $(CC) $(COMPILE_FLAGS) -fsyntax-only -x c $$header || exit 1; \
	done
	@echo clang-tidy; printf '%s\n' $(filter src/%.c,$(FORMATTED)) | \
	    xargs -P 2 -I FILE clang-tidy --quiet FILE -- $(COMPILE_FLAGS)
	mandoc -T lint -W warning man/nabla.1 man/nabla-language.7

run-manual: $(PROGRAM) $(MANUAL_PROGRAM)
	@scripts/manual $(PROGRAM) $(MANUAL_PROGRAM)

run-format:
	clang-format -i $(FORMATTED)

run-mutate: $(PROGRAM) $(OBJ)/tests/mutate
	$(OBJ)/tests/mutate $(NABLA)

run-bench: $(BENCH_PROGRAMS) $(OBJ)/bench/bench_speed $(SIDES)
	@$(OBJ)/bench/bench_speed $(OBJ)/bench bench $(ROWS)
	$(if $(ROWS),,@for b in $(BENCH_PROGRAMS); do echo; echo "$$(basename $$b)"; $$b || exit 1; done)
