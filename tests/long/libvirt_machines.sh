#!/bin/sh
# SPDX-License-Identifier: MIT
# A guest sees the machine that libvirt makes of the same spec: QEMU is started with slipway's command
# line and with that of `virsh domxml-to-native`, and both are asked what is on their PCI buses
# (query-pci), on all others (info qtree), and by which names (qom-list).
#
# A word behind this script names the specs; without one they are what virt-install wrote.
. "$(dirname "$0")/../support/lib.sh"
. "$SRCDIR/tests/integration/devices/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"
name=a_guest_sees_libvirts_machine
if why=$(t_missing virsh qemu-system-x86_64 qemu-img); then
	t_skip "$name" "$why"
	t_done
fi
root=$T/libvirt
mkdir -p "$root/etc"
libvirt_configuration >"$root/etc/qemu.conf"

native() # NAME: its words in $T/words, as they can be started
{
	timeout 120 virsh -c "qemu:///embed?root=$root" domxml-to-native qemu-argv "$T/$1.xml" \
		>"$T/native" 2>"$T/err" </dev/null || return
	words_of "$T/native" | awk -v tpm="$T/tpm.sock" -f "$cases/native.awk" >"$T/words"
}

# It ends when QEMU has closed its socket
begin_tpm()
{
	rm -rf "$T/tpm" "$T/tpm.sock"
	mkdir "$T/tpm"
	swtpm socket --tpm2 --tpmstate dir="$T/tpm" --ctrl type=unixio,path="$T/tpm.sock" \
		--terminate --daemon
}

# What is compared of the answers: PCI as it stands; of the other buses the devices with their
# properties, but for those that name the host's side; of the names their set, for QEMU has no order
# of them
seen()
{
	tr -d '"' <"$T/answers" | sed 's/\\r\\n/\n/g' | grep ' (child<' | LC_ALL=C sort
	sed 's/\\r\\n/\n/g; s/\\"/"/g' "$T/answers" | grep -v -e '"QMP"' -e '"timestamp"' |
		grep -v -E ' \(child<|^ *(drive|chardev|netdev|rng|audiodev|tpmdev|write-cache|share-rw|backend_defaults|device_id|fsdev|iothread) = '
}

with_images "$cases/min-q35.xml"
if ! native min-q35; then
	t_skip "$name" "libvirt does not run here: $(grep error: "$T/err" | head -n 1)"
	t_done
fi
for spec in "$cases/${1-virt-install-}"*.xml; do
	one=$(basename "$spec" .xml)
	why=$(lacks "$one" | head -n 1)
	if [ -n "$why" ] || grep -q '<filesystem' "$spec"; then
		t_skip "$name: $one" "${why:-virtiofsd serves it by a socket that only libvirt makes}"
		continue
	fi
	with_images "$spec"
	if ! native "$one"; then
		t_fail "$name: $one" "libvirt refuses it: $(grep error: "$T/err" | tail -n 1)"
		continue
	fi
	answers query-pci 'qom-list /machine/peripheral' 'info qtree' "$SLIPWAY" run --firmware=none \
		--nvram=ephemeral --accel=tcg --sandbox-path="$T:rw" "$T/$one.xml" --
	seen >"$T/slipways"
	set --
	while IFS= read -r word; do set -- "$@" "$word"; done <"$T/words"
	! grep -q '<tpm' "$spec" || begin_tpm
	answers query-pci 'qom-list /machine/peripheral' 'info qtree' "$@"
	seen >"$T/libvirts"
	if [ "$t_status" -ne 0 ] || ! grep -q '"bus": 0' "$T/libvirts"; then
		t_fail "$name: $one" "libvirt's ended with $t_status: $(head -n 1 "$T/err")"
	elif cmp -s "$T/libvirts" "$T/slipways"; then
		t_ok "$name: $one"
	else
		t_fail "$name: $one" "libvirt's is - and slipway's is +:"
		diff -u "$T/libvirts" "$T/slipways" | sed 1,2d | cut -c 1-300
	fi
done
t_done
