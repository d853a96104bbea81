#!/bin/sh
# SPDX-License-Identifier: MIT
# One store, a VM of libvirt's with its own QEMU, and slipway: whatever slipway is asked for while that
# VM runs, it touches nothing and says who has the store. The other way round it is libvirt that does
# not look, which slipway-libvirt(7) says.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/libvirtd.sh"
libvirtd_inside a_store_of_libvirts_vm_is_left_alone "$@"
libvirtd_folders
if ! libvirtd_start 'user = "root"'; then
	t_fail libvirtd_starts "$(head -n 1 "$T/err"; tail -n 3 "$T/libvirtd.log")"
	t_done
fi

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"
mkdir -m 700 /var/lib/libvirt/stores
store=/var/lib/libvirt/stores/shared_VARS.fd
qemu=$(command -v qemu-system-x86_64)
cat >"$T/vm.xml" <<-END
	<domain type='qemu'>
	  <name>shared</name>
	  <memory unit='MiB'>64</memory>
	  <os firmware='efi'>
	    <type arch='x86_64' machine='q35'>hvm</type>
	    <firmware><feature enabled='no' name='secure-boot'/></firmware>
	    <nvram>$store</nvram>
	  </os>
	  <features><acpi/></features>
	  <devices><emulator>$qemu</emulator></devices>
	</domain>
END
sed 's/>shared</>other</' "$T/vm.xml" >"$T/other.xml"

# is_qemu PID: waits until it is
is_qemu()
{
	tries=0
	until [ "$(cat "/proc/$1/comm" 2>/dev/null)" = qemu-system-x86 ] || [ "$tries" -ge 100 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	[ "$tries" -lt 100 ]
}

# ---- libvirt's VM first; it stands still, so nobody but slipway would write

t_true libvirt_starts_its_vm timeout 60 virsh -q create --paused "$T/vm.xml"
holder="in use by process $(cat /run/libvirt/qemu/shared.pid) (qemu-system-x86_64 -name shared)"
cp "$store" "$T/before"
files=$(ls /var/lib/libvirt/stores)
t_refuses a_second_vm_is_refused 125 "$holder" timeout 60 "$SLIPWAY" run "$T/other.xml" -- -S
t_refuses a_second_vm_that_resets_is_refused 125 "$holder" timeout 60 "$SLIPWAY" run --reset-nvram "$T/other.xml" -- -S
t_refuses a_reset_is_refused 125 "$holder" "$SLIPWAY" nvram reset "$T/vm.xml"
t_refuses half_a_store_is_not_saved 125 "$holder" "$SLIPWAY" nvram save "$T/saved" "$T/vm.xml"
t_true nothing_is_saved test ! -e "$T/saved"
t_true it_can_be_looked_at "$SLIPWAY" nvram show "$T/vm.xml"
t_contains who_has_it_is_shown "$(echo "$holder" | sed 's/in use by /in use by  /')" "$T/out"
t_run "$SLIPWAY" run --nvram=ephemeral --dry-run "$T/other.xml"
t_eq a_private_copy_is_another_store 0 "$t_status"
t_true the_store_is_as_it_was cmp "$store" "$T/before"
t_eq nothing_lies_beside_it "$files" "$(ls /var/lib/libvirt/stores)"
t_true libvirt_ends_its_vm timeout 60 virsh -q destroy shared
t_true then_it_can_be_reset "$SLIPWAY" nvram reset "$T/vm.xml"

# ---- slipway's VM first

"$SLIPWAY" run "$T/other.xml" -- -S >"$T/slipway.out" 2>&1 </dev/null &
pid=$!
t_true slipway_starts_its_vm is_qemu $pid
cp "$store" "$T/before"
t_refuses it_is_kept_from_slipway 125 "in use by process $pid (" "$SLIPWAY" nvram reset "$T/vm.xml"
t_run timeout 60 virsh -q create --paused "$T/vm.xml"
t_eq libvirt_does_not_look 0 "$t_status"
t_true libvirt_leaves_the_store_as_it_is cmp "$store" "$T/before"
t_run timeout 60 virsh -q destroy shared
t_true libvirts_end_leaves_it_too cmp "$store" "$T/before"
t_true the_vm_still_runs kill $pid
wait $pid
t_done
