# SPDX-License-Identifier: MIT
# make            the stripped static binary ./uconfd
# make check      every test (SAN=1: under AddressSanitizer and UBSan)
# make lint       order, fences, formats, statistics
# make demo       the load balancer, for a person to watch
# make deps       apt-get install what all of this needs
# make image      the container image uconfd:latest, FROM scratch
# make bench      templates by Go and by us (where Go is); make fuzz-diff, make oracle
# make size       bytes by object
# make install    PREFIX, DESTDIR

# The architecture. A file may include only what stands above it, and base/base.h.
ORDER = \
	base/err.c base/mem.c base/str.c base/path.c base/enc.c \
	base/val.c base/json.c base/toml.c base/kv.c \
	\
	tmpl/impl.h tmpl/lit.c tmpl/lex.c tmpl/type.c tmpl/fmt.c tmpl/go.c tmpl/kv.c \
	tmpl/sys.c tmpl/lib.c tmpl/node.c tmpl/parse.c tmpl/exec.c tmpl.c \
	\
	sys/log.c sys/file.c sys/loop.c sys/proc.c sys/net.c \
	\
	http.c rest.c \
	\
	opt.c conf.c \
	\
	store.h wire.h gateway.c etcd.c etcd2.c etcdany.c store.c \
	\
	docker.c act.c \
	\
	spec.c res.c agent.c main.c

VERSION = 0.1.0
PREFIX  = /usr/local
CC      = musl-gcc
LIBC    = /usr/lib/$(shell uname -m)-linux-musl
B       = build

STD     = -std=c11 -D_GNU_SOURCE -iquote . -idirafter /usr/include -DVERSION='"$(VERSION)"'
WARN    = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wformat=2 -Wswitch-enum
HARDEN  = -fPIE -fstack-protector
CFLAGS  = -Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
	-fomit-frame-pointer
# a static PIE by hand: musl-gcc's specs know none
CRT     = $(LIBC)/rcrt1.o $(LIBC)/crti.o $(shell $(CC) -print-file-name=crtbeginS.o)
END     = $(shell $(CC) -print-file-name=crtendS.o) $(LIBC)/crtn.o
LDFLAGS = -static-pie -nostdlib -L$(LIBC) -Wl,-Bstatic,--no-dynamic-linker,--gc-sections \
	-Wl,-z,relro,-z,now,-z,noexecstack,-z,text,--build-id=none -s

# tests are built with the host's compiler, in a tree of their own
HOSTCC  = cc
SAN     =
T       = $(B)/test$(SAN)
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
TFLAGS  = -g -O1 $(if $(SAN),$(SANITIZE))

SRC     = $(filter %.c,$(ORDER))
OBJ     = $(SRC:%.c=$(B)/%.o)
LIB     = $(patsubst %.c,$(T)/%.o,$(filter-out main.c,$(SRC)))
UNIT    = $(patsubst tests/%.c,$(T)/%,$(wildcard tests/unit/*.c))
TOOL    = $(patsubst tests/%.c,$(T)/%,$(wildcard tests/tool/*.c))
FUZZ    = $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*.c))

uconfd: $(OBJ)
	$(CC) $(LDFLAGS) -o $@ $(CRT) $(OBJ) -lc -lgcc $(END)

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(HARDEN) $(CFLAGS) -MMD -c -o $@ $<

$(T)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(HOSTCC) $(STD) $(WARN) $(TFLAGS) -MMD -c -o $@ $<

$(T)/lib.a: $(LIB)
	@rm -f $@
	ar rcs $@ $(LIB)

# a unit test includes the .c that it tests; the archive gives it the rest
$(T)/unit/%: tests/unit/%.c $(T)/lib.a
	@mkdir -p $(@D)
	$(HOSTCC) $(STD) $(WARN) $(TFLAGS) -MMD -o $@ $< $(T)/lib.a

$(T)/tool/%: tests/tool/%.c $(T)/lib.a
	@mkdir -p $(@D)
	$(HOSTCC) $(STD) $(WARN) $(TFLAGS) -MMD -o $@ $< $(T)/lib.a

$(T)/uconfd: $(T)/main.o $(T)/lib.a
	$(HOSTCC) $(TFLAGS) -o $@ $(T)/main.o $(T)/lib.a

$(B)/fuzz/%: tests/fuzz/%.c $(SRC)
	@mkdir -p $(@D)
	clang -g -O1 -fsanitize=fuzzer,address,undefined $(STD) -o $@ $< \
	    $(filter-out main.c,$(filter-out $(shell sed -n \
	    's|^#include "\.\./\.\./\(.*\.c\)"|\1|p' $<),$(SRC)))

check: $(if $(SAN),$(T)/uconfd,uconfd) $(UNIT) $(TOOL)
	@BUILD=$(T) UCONFD=$(CURDIR)/$< tests/run $(or $(ONLY),$(if $(SAN),unit))

fuzz: $(FUZZ)

# template programs that Go and we must agree on: N of them, made up
N = 200000
fuzz-diff: $(T)/tool/tmpl-run
	cd tests/oracle && go run . -engine $(CURDIR)/$< -fuzz $(N)

oracle:
	cd tests/oracle && go run . ../tmpl/*.txt

$(B)/tmpl-run: tests/tool/tmpl-run.c $(OBJ)
	$(CC) $(STD) $(WARN) $(HARDEN) $(CFLAGS) -c -o $@.o $<
	$(CC) $(LDFLAGS) -o $@ $(CRT) $@.o $(filter-out $(B)/main.o,$(OBJ)) -lc -lgcc $(END)

bench: $(B)/tmpl-run
	@bench/tmpl $<

lint:
	@tests/lint $(ORDER)

demo: uconfd
	@demo/run

deps:
	@tests/deps

image: uconfd
	docker build -t uconfd:latest -f scratch.Dockerfile .

size: uconfd
	@size $(OBJ) | sort -n -k4
	@ls -l uconfd

install: uconfd
	install -D -m 755 uconfd $(DESTDIR)$(PREFIX)/bin/uconfd
	install -D -m 644 uconfd.8 $(DESTDIR)$(PREFIX)/share/man/man8/uconfd.8

format:
	clang-format -i $(filter-out tmpl/impl.h,$(SRC))

clean:
	rm -rf $(B) uconfd

.PHONY: check fuzz fuzz-diff oracle bench lint demo deps image size install format clean
.SECONDARY:
-include $(OBJ:.o=.d) $(LIB:.o=.d) $(UNIT:=.d) $(TOOL:=.d)
