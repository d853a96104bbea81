# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# The same for programs that do such a thing as well, where they are installed.

# peer NAME COMMAND...: by the file that the stub writes. The first start, which may fill caches, says
# whether there will be others
peer()
{
	peer_name=$1
	shift
	: >"$B/bin/started"
	timeout 40 "$@" >"$B/peer.err" 2>&1 </dev/null
	if ! [ -s "$B/bin/started" ]; then
		skipped "$peer_name" "it does not start the stub within 40 s: $(tail -n 1 "$B/peer.err")"
		return
	fi
	set -- timeout 15 "$@"
	measure 5 1 +++ "bare exec" - - "$B/bin/qemu-system-x86_64" -machine q35 \
		+++ "$peer_name" - "$B/bin/started" "$@" | tail -n 1 >"$B/peer"
	table <"$B/peer" | tail -n 1
	awk -F'\t' '$2 >= 0' "$B/peer" >>"$B/rows"
}

peer_virt_qemu_run()
{
	mkdir -p "$B/embedded/etc"
	printf 'stdio_handler = "file"\nsecurity_driver = "none"\nuser = "%s"\ngroup = "%s"\n' \
		"$(id -un)" "$(id -gn)" >"$B/embedded/etc/qemu.conf"
	spec embedded x86_64 q35 >"$B/embedded.xml"
	peer "virt-qemu-run --root" virt-qemu-run --root="$B/embedded" "$B/embedded.xml"
}

# A libvirtd of our own, where mounts and processes are nobody else's
peer_virsh()
{
	if [ "$(id -u)" -ne 0 ] || ! command -v libvirtd >/dev/null ||
		! unshare -mnpf --mount-proc true 2>/dev/null; then
		skipped "virsh start" "needs root, libvirtd and namespaces"
		return
	fi
	spec peer x86_64 q35 >"$B/peer.xml"
	export B SRCDIR
	# shellcheck disable=SC2016 # for the shell inside
	timeout 60 unshare -mnpf --mount-proc --kill-child sh -c 'sh "$1" & wait $!' sh "$SRCDIR/tests/bench/virsh.sh" \
		>"$B/peer" 2>"$B/peer.err"
	if ! [ -s "$B/peer" ]; then
		skipped "virsh start" "no start within 60 s: $(tail -n 1 "$B/peer.err")"
		return
	fi
	table <"$B/peer" | tail -n 1
	awk -F'\t' '$2 >= 0' "$B/peer" >>"$B/rows"
}

peer_systemd_vmspawn()
{
	PATH=$B/bin:$PATH peer systemd-vmspawn systemd-vmspawn --image="$B/disk.img" --quiet \
		--ssh-key=none --register=no --vsock=no
}

peer_quickemu()
{
	printf 'guest_os="linux"\ndisk_img="%s"\nboot="efi"\n' "$B/disk.img" >"$B/quick.conf"
	(cd "$B" && PATH=$B/bin:$PATH MANUFACTURER=QEMU peer quickemu quickemu --vm quick.conf --display none)
}

peer_mkosi()
{
	PATH=$B/bin:$PATH peer "mkosi vm" mkosi --directory "$B" --image "$B/disk.img" vm
}

part_peers()
{
	say "" "Programs that do such a thing as well, 5 rounds, ratios to a bare exec:"
	for name in virt-qemu-run virsh systemd-vmspawn quickemu mkosi; do
		if command -v $name >/dev/null; then
			"peer_$(echo $name | tr - _)"
		else
			skipped $name "not installed"
		fi
	done
}
