#!/bin/sh
# SPDX-License-Identifier: MIT
# Network cards with real QEMU: tap devices on a real bridge, made by slipway or by QEMU's setuid
# helper, macvtap, passt and forwarded ports. All in a network and a mount name space of its own. What
# goes over a tap is iPXE's: the guest's firmware asks for an address.
. "$(dirname "$0")/../support/lib.sh"

test_name=a_guest_is_on_the_bridge
if [ "${1-}" != inside ]; then
	why=$(t_missing qemu-system-x86_64 ip unshare setpriv) ||
		{ unshare -nm true 2>/dev/null || why="no name spaces of one's own"; }
	[ -n "$why" ] || [ -c /dev/net/tun ] || why="no /dev/net/tun"
	if [ -n "$why" ]; then
		t_skip "$test_name" "$why"
		t_done
	fi
	exec unshare -nm sh "$0" inside
fi

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run" TMPDIR="$T"
name=slipway-network-$$
trap 'rm -rf "/run/slipway/$name"; chmod -R u+rwX "$T" 2>/dev/null; rm -rf "$T"' EXIT
mount -t sysfs sysfs /sys # that of this name space
ip link set lo up
if ! ip link add br0 type bridge 2>/dev/null; then
	t_skip "$test_name" "this kernel has no bridges"
	t_done
fi
ip link set br0 up

# spec INTERFACE: a VM that boots from the network
spec()
{
	cat >"$T/vm.xml" <<-XML
		<domain type='qemu'>
		  <name>$name</name>
		  <memory unit='MiB'>64</memory>
		  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='network'/></os>
		  <devices>
		    $1
		    <serial type='null'/>
		    <memballoon model='none'/>
		  </devices>
		</domain>
	XML
}

# begin COMMAND...: the VM by way of COMMAND (env for none); QEMU's answers are in $T/answers
begin()
{
	rm -f "$T/monitor"
	mkfifo "$T/monitor"
	"$@" "$SLIPWAY" run --accel=tcg --sandbox-path="$T:rw" "$T/vm.xml" -- \
		-chardev stdio,id=m,signal=off -mon m <"$T/monitor" >"$T/answers" 2>"$T/err" &
	vm=$!
	exec 3>"$T/monitor"
	echo 'info network' >&3
	within grep -q 'net0: ' "$T/answers"
}

within() # COMMAND...: true within the VM's life, or half a minute
{
	for _ in $(seq 150); do
		"$@" && return
		kill -0 "$vm" 2>/dev/null || break
		sleep 0.2
	done
	"$@"
}

end()
{
	exec 3>&-
	kill "$vm" 2>/dev/null
	wait "$vm" 2>/dev/null
}

started() # TEST
{
	if within grep -q 'net0: ' "$T/answers"; then
		t_ok "$1"
	else
		t_fail "$1" "$(head -n 1 "$T/err")"
	fi
}

received() # DEVICE: the guest has sent something
{
	[ "$(cat "/sys/class/net/$1/statistics/rx_packets" 2>/dev/null || echo 0)" -gt 0 ]
}

on_bridge()
{
	ip -o link show master br0 | sed 's/^[0-9]*: \([^:@]*\).*/\1/'
}

# ---- taps that slipway makes
spec "<interface type='bridge'><source bridge='br0'/><target dev='guest0'/>
	<model type='virtio'/><mtu size='1400'/></interface>"
begin env
started "$test_name"
t_eq its_tap_has_the_name_of_the_spec guest0 "$(on_bridge)"
t_eq its_tap_has_the_mtu_of_the_spec 1400 "$(cat /sys/class/net/guest0/mtu)"
t_true packets_of_the_guest_arrive within received guest0
end
t_eq the_tap_goes_with_the_vm '' "$(on_bridge)"

spec "<interface type='bridge'><source bridge='br0'/><model type='e1000e'/></interface>"
begin env
started a_tap_without_a_name_gets_one
t_true packets_of_another_card_arrive within received "$(on_bridge)"
end

spec "<interface type='bridge'><source bridge='br0'/><model type='virtio'/>
	<driver name='qemu' queues='2'/></interface>"
begin env
started several_queues_are_one_device
t_eq that_is_on_the_bridge_once 1 "$(on_bridge | wc -l)"
end

spec "<interface type='bridge'><source bridge='br9'/><model type='virtio'/></interface>"
t_refuses a_bridge_that_is_not_there_is_named 125 "to bridge 'br9': No such device" "$SLIPWAY" "$T/vm.xml"
t_true then_no_tap_is_left test -z "$(ip -o link | grep tap)"

# ---- without the right to make one
chmod 711 "$T"
chmod 644 "$T/vm.xml"
# the folder that slipway is built in may not be everybody's
t_copy_slipway "$T"
SLIPWAY=$T/slipway
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups
	env HOME=$T XDG_RUNTIME_DIR=$T/nobody XDG_STATE_HOME=$T/nobody"
mkdir "$T/nobody"
chown 65534 "$T/nobody"
spec "<interface type='ethernet'><target dev='theirs' managed='no'/><model type='virtio'/></interface>"
chmod 644 "$T/vm.xml"
ip tuntap add dev theirs mode tap user 65534
ip link set theirs up
mknod -m 666 "$T/tun" c 10 200
mount --bind "$T/tun" /dev/net/tun
# shellcheck disable=SC2086 # words
begin $nobody
started a_tap_that_somebody_made_is_used
t_true packets_arrive_there within received theirs
end
t_true and_it_stays test -d /sys/class/net/theirs

spec "<interface type='bridge'><source bridge='br0'/><model type='virtio'/></interface>"
chmod 644 "$T/vm.xml"
for helper in /usr/libexec/qemu-bridge-helper /usr/lib/qemu/qemu-bridge-helper; do
	[ ! -x "$helper" ] || break
done
if [ ! -x "$helper" ]; then
	t_skip the_helper_makes_a_tap "not installed: qemu-bridge-helper"
else
	# shellcheck disable=SC2086
	t_refuses a_helper_that_may_not_is_named 125 \
		"it needs its setuid bit and a line 'allow br0' in /etc/qemu/bridge.conf" $nobody "$SLIPWAY" "$T/vm.xml"
	cp "$helper" "$T/helper"
	chmod 4755 "$T/helper"
	mount --bind "$T/helper" "$helper"
	cp -a /etc "$T/etc"
	mkdir -p "$T/etc/qemu"
	echo 'allow br0' >"$T/etc/qemu/bridge.conf"
	mount --bind "$T/etc" /etc
	# shellcheck disable=SC2086
	begin $nobody
	started the_helper_makes_a_tap
	t_true packets_arrive_by_way_of_the_helper within received "$(on_bridge)"
	end
	umount /etc
fi

# ---- macvtap, on one end of a pair
if ip link add v0 type veth peer name v1 2>/dev/null && ip link set v0 up && ip link set v1 up &&
	ip link add link v0 name mv0 address 52:54:00:11:22:33 type macvtap mode bridge 2>/dev/null; then
	ip link set mv0 up
	index=$(cat /sys/class/net/mv0/ifindex)
	numbers=$(cat "/sys/class/net/mv0/tap$index/dev" 2>/dev/null)
	[ -c "/dev/tap$index" ] || mknod "/dev/tap$index" c "${numbers%:*}" "${numbers#*:}"
	spec "<interface type='direct'><mac address='52:54:00:11:22:33'/><source dev='v0' mode='bridge'/>
		<target dev='mv0'/><model type='virtio'/></interface>"
	begin env
	started a_macvtap_device_is_used
	t_true packets_leave_by_it within received v1
	end
	rm -f "/dev/tap$index"
	spec "<interface type='direct'><source dev='v1' mode='bridge'/><target dev='mv0'/>
		<model type='virtio'/></interface>"
	t_refuses a_macvtap_of_another_device_is_refused 125 "'mv0' is not a device on 'v1'" "$SLIPWAY" "$T/vm.xml"
else
	t_skip a_macvtap_device_is_used "this kernel has no macvtap devices"
fi

# ---- vhost
spec "<interface type='bridge'><source bridge='br0'/><model type='virtio'/><driver name='vhost'/></interface>"
if [ -e /dev/vhost-net ]; then
	begin env
	started the_kernel_moves_the_packets
	t_true packets_arrive_by_vhost within received "$(on_bridge)"
	end
else
	t_skip the_kernel_moves_the_packets "no /dev/vhost-net"
	t_refuses a_missing_vhost_is_named 125 "load the module vhost_net, or write <driver name='qemu'/>" \
		"$SLIPWAY" "$T/vm.xml"
fi

# ---- the user network and passt
spec "<interface type='user'><model type='virtio'/><portForward proto='tcp' address='127.0.0.1'>
	<range start='2022' end='2023' to='22'/></portForward></interface>"
begin env
started a_user_network_forwards_ports
t_eq both_are_listened_on 2 "$(ss -Hltn 'sport >= 2022 and sport <= 2023' | wc -l)"
end
if why=$(t_missing passt ss); then
	t_skip passt_serves_a_card "$why"
	t_done
fi
passt="<interface type='user'><model type='virtio'/><backend type='passt'/>
	<ip family='ipv4' address='192.168.77.2' prefix='24'/>
	<portForward proto='tcp' address='127.0.0.1'><range start='2024' to='22'/></portForward></interface>"
spec "$passt"
t_refuses a_passt_that_fails_is_named_with_its_words 125 \
	"line 6: 'passt' failed: " "$SLIPWAY" "$T/vm.xml"
t_contains its_words_say_why 'No external routable interface' "$T/err"
# A way out
ip link add out0 type veth peer name out1
ip link set out0 up
ip link set out1 up
ip address add 192.0.2.1/24 dev out1
ip route add default via 192.0.2.2
begin env
started passt_serves_a_card
t_true it_listens_for_the_guest within sh -c "[ -n \"\$(ss -Hltn 'sport = 2024')\" ]"
kill -KILL "$vm"
end
vm=$$ # the port is free before this test is over
t_true it_ends_with_the_vm within sh -c "[ -z \"\$(ss -Hltn 'sport = 2024')\" ]"
t_done
