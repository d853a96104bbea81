#!/bin/sh
# SPDX-License-Identifier: MIT
# Real QEMU in the strict cage: the configurations of tests/sandbox/matrix.sh that tell most in
# little time. All of them: make check-sandbox.
exec sh "$(dirname "$0")/../sandbox/matrix.sh" tcg_plain_pc kvm_plain_pc tcg_four_processors kvm_q35 \
	no_machine aarch64_virt riscv64_virt tcg_memory_memfd kvm_disk_native tcg_disk_io_uring kvm_disk_mirror \
	tcg_disk_snapshots tcg_network_user kvm_serial_pty tcg_serial_unix tcg_display_vnc kvm_share_9p \
	tcg_migration_to_a_descriptor tcg_own_sandbox tcg_daemon
