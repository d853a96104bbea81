# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# A libvirtd of a test's own, in namespaces of its own (mounts, network, processes) with private
# /run, /etc/libvirt and /var/lib/libvirt; it ends with the test. Source it behind lib.sh.
#
#	libvirtd_inside NAME "$@" the script again, in the namespaces; or a skip, and its end
#	libvirtd_folders        what is private
#	libvirtd_start [LINE]   the daemon, with LINE in its qemu.conf; false, with the reason in $T/err,
#	                        where it does not answer

# libvirtd_inside NAME [inside]: NAME is skipped where there can be no libvirtd
libvirtd_inside()
{
	[ "${2-}" != inside ] || return 0
	reason=$(t_missing libvirtd virsh qemu-system-x86_64 qemu-img unshare) ||
		{ [ "$(id -u)" -eq 0 ] || reason="needs root, to start libvirtd"; }
	if [ -z "$reason" ] && ! unshare -mnpf --mount-proc true 2>/dev/null; then
		reason="namespaces cannot be made here"
	fi
	if [ -n "$reason" ]; then
		t_skip "$1" "$reason"
		t_done
	fi
	# the first process of the namespace waits, and so reaps what libvirtd leaves to it: a dead
	# QEMU that nobody has reaped is still alive for libvirt
	# shellcheck disable=SC2016
	unshare -mnpf --mount-proc --kill-child sh -c 'sh "$1" inside & wait $!' sh "$0"
	exit
}

libvirtd_folders()
{
	libvirtd=$(command -v libvirtd)
	mount --make-rprivate / || exit 1
	cp -a /etc/libvirt "$T/etc"
	for folder in /run /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt; do
		mkdir -p "$folder" && mount -t tmpfs tmpfs "$folder" || exit 1
	done
	cp -a "$T/etc/." /etc/libvirt/
	rm -rf /etc/libvirt/qemu /etc/libvirt/storage
	mkdir -p /run/slipway /var/lib/libvirt/images /run/lock
	chmod 755 /run /run/slipway /var/lib/libvirt /var/lib/libvirt/images
}

libvirtd_start()
{
	cat >/etc/libvirt/qemu.conf <<-END
		security_driver = "none"
		cgroup_controllers = []
		stdio_handler = "file"
		${1-}
	END
	printf 'unix_sock_rw_perms = "0777"\nauth_unix_rw = "none"\nauth_unix_ro = "none"\n' \
		>/etc/libvirt/libvirtd.conf
	# where libvirt's own user may not open /dev/kvm it asks the emulator anew at each call
	if [ -e /dev/kvm ] && mknod -m 666 /run/kvm c 10 232 2>/dev/null; then
		mount --bind /run/kvm /dev/kvm
	fi
	ip link set lo up 2>/dev/null
	"$libvirtd" >"$T/libvirtd.log" 2>&1 </dev/null &
	daemon=$!
	export LIBVIRT_DEFAULT_URI=qemu:///system
	tries=0
	until virsh -q list >/dev/null 2>&1 || [ $tries -ge 100 ] || ! kill -0 $daemon 2>/dev/null; do
		tries=$((tries + 1))
		sleep 0.2
	done
	virsh -q list >/dev/null 2>"$T/err"
}
