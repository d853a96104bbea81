# SPDX-License-Identifier: MIT
#
# The test guest: UEFI programs built from source, and the disk images they boot from. Included by
# the top-level Makefile; $(srcdir) is the source root, outputs are below the build folder:
#
#   examples/guest/hello-ARCH.efi, examples/guest/hello-ARCH.img    ARCH: x86_64, aarch64
#
# Wanted are clang, lld-link and mtools (Debian: clang lld mtools). 'make guests' builds all of it.
# The same source and the same tools give the same bytes, in whatever folder.

GUEST_CC ?= clang
# Debian names: lld-link of the package lld, lld-link-14 of lld-14
GUEST_LD ?= lld-link
MFORMAT ?= mformat
MMD ?= mmd
MCOPY ?= mcopy

GUEST_ARCHES := x86_64 aarch64
GUEST_SRC := config console guest machine memory modes noise prompt status text variables
GUEST_SRC_x86_64 := arch-x86_64
GUEST_SRC_aarch64 := arch-aarch64 arch-aarch64-semihosting

# None of the user's CFLAGS: hardening for Linux (stack protector, PIE, FORTIFY) wants a C library.
# GUEST_WERROR=-Werror is for developers: a compiler newer than this file may warn of more.
GUEST_WERROR ?=
GUEST_CFLAGS := -std=c17 -D_GNU_SOURCE -Wall -Wextra $(GUEST_WERROR) -Os \
	-ffreestanding -fno-builtin -fshort-wchar -fno-stack-protector
# An interrupt of the firmware uses the stack below ours at once (UEFI 2.10, 2.3.4).
GUEST_CFLAGS_x86_64 := -mno-red-zone
GUEST_LDFLAGS := -nologo -nodefaultlib -subsystem:efi_application -entry:efi_main -timestamp:0

GUEST_EFI := $(GUEST_ARCHES:%=examples/guest/hello-%.efi)
GUEST_IMG := $(GUEST_ARCHES:%=examples/guest/hello-%.img)

.PHONY: guests
guests: $(GUEST_EFI) $(GUEST_IMG) ## the guest of our own, for the demo and the tests

# $(1): architecture
define guest_rules
GUEST_OBJ_$(1) := $$(patsubst %,examples/guest/$(1)/%.o,$$(GUEST_SRC) $$(GUEST_SRC_$(1)))

examples/guest/$(1)/%.o: $$(srcdir)/examples/guest/%.c $$(srcdir)/examples/guest/guest.mk
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)$$(GUEST_CC) --target=$(1)-unknown-windows \
		$$(GUEST_CFLAGS) $$(GUEST_CFLAGS_$(1)) -MMD -MP -c -o $$@ $$<

examples/guest/$(1)/%.o: $$(srcdir)/examples/guest/%.S $$(srcdir)/examples/guest/guest.mk
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)$$(GUEST_CC) --target=$(1)-unknown-windows -MMD -MP -c -o $$@ $$<

examples/guest/hello-$(1).efi: $$(GUEST_OBJ_$(1))
	$$(call say,LINK,$$@)$$(GUEST_LD) $$(GUEST_LDFLAGS) -out:$$@ $$(GUEST_OBJ_$(1))

examples/guest/hello-$(1).img: examples/guest/hello-$(1).efi $$(srcdir)/examples/guest/mkesp.sh
	$$(call say,IMAGE,$$@)MFORMAT='$$(MFORMAT)' MMD='$$(MMD)' MCOPY='$$(MCOPY)' \
		sh $$(srcdir)/examples/guest/mkesp.sh $$@ $$< $(1)

-include $$(GUEST_OBJ_$(1):.o=.d)
endef

$(foreach arch,$(GUEST_ARCHES),$(eval $(call guest_rules,$(arch))))
