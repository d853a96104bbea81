# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# For the tests of devices: command lines as lists of devices, and specs with images that are there.

cases=$SRCDIR/tests/integration/devices

# words_of FILE: the words of a command line that is quoted for a shell, one a line
words_of()
{
	(eval "set -- $(cat "$1")" && printf '%s\n' "$@")
}

# devices_of FILE: its devices, sorted
devices_of()
{
	words_of "$1" | LC_ALL=C awk -f "$cases/devices.awk" | LC_ALL=C sort
}

# with_images SPEC: the spec in $T, its images in $T as well
with_images()
{
	sed "s,/images/,$T/images/,g" "$1" >"$T/$(basename "$1")"
	mkdir -p "$T/images"
	grep -o "$T/images/[a-z0-9-]*\.[a-z0-9]*" "$T/$(basename "$1")" | sort -u | while read -r image; do
		case $image in
		*.qcow2) [ -e "$image" ] || qemu-img create -q -f qcow2 "$image" 64M ;;
		*.img) [ -e "$image" ] || truncate -s 1440K "$image" ;;
		*) [ -e "$image" ] || truncate -s 8M "$image" ;;
		esac
	done
	mkdir -p "$T/images/share" "$T/images/second"
}

# For a driver of libvirt's in a folder of its own, without a daemon
libvirt_configuration()
{
	cat <<-EOF_CONF
		user = "$(id -un)"
		group = "$(id -gn)"
		security_driver = "none"
		remember_owner = 0
	EOF_CONF
}

# What a spec needs that this host may lack, or that is not a device of QEMU here; the reason
lacks() # NAME
{
	case $1 in
	virt-install-q35-vsock | small | transitional)
		[ -e /dev/vhost-vsock ] || echo "no /dev/vhost-vsock"
		;;
	*-tpm* | tpm* | virt-install-win11)
		t_missing swtpm swtpm_setup
		;;
	virt-install-q35-fs)
		[ -x /usr/lib/qemu/virtiofsd ] || [ -x /usr/libexec/virtiofsd ] || t_missing virtiofsd
		;;
	spice3) [ -e /dev/dri ] || echo "no /dev/dri" ;;
	input-all) [ -e /dev/input/event1 ] || echo "no /dev/input" ;;
	hostdev-usb) [ -e /dev/bus/usb/001/003 ] || echo "no such USB device" ;;
	rom) echo "its option ROM is made up" ;;
	redirtcp | disk-net) echo "its server is made up" ;;
	pl) [ -e /dev/parport0 ] || echo "no parallel port" ;;
	virt-install-q35-kernel) echo "its kernel is made up" ;;
	*i686) [ "$(head -c 2 "$(command -v qemu-system-i386)")" != '#!' ] || echo "qemu-system-i386 is a script" ;;
	feat1) echo "QEMU has these for KVM alone" ;;
	pcihole) echo "this many bits of address have few hosts" ;;
	acpitable) echo "its table is made up" ;;
	esac
	grep -o '<emulator>[^<]*' "$cases/$1.xml" | sed 's,.*/,,' | while read -r emulator; do
		t_missing "$emulator"
	done
}

# answers QUESTION HUMAN-QUESTION... COMMAND...: starts COMMAND, a QEMU or what becomes one, with its
# guest stopped (-S), asks QMP and the human monitor, and ends it; $T/answers has what it said,
# $t_status how it ended. The questions end where COMMAND's path begins.
answers()
{
	rm -f "$T/q.in" "$T/q.out"
	mkfifo "$T/q.in" "$T/q.out"
	exec 3<>"$T/q.in" 4<>"$T/q.out" # held open, so that nobody waits for the other end
	printf '{"execute":"qmp_capabilities"}{"execute":"%s"}\n' "$1" >&3
	shift
	questions=2
	while [ "${1#/}" = "$1" ]; do
		questions=$((questions + 1))
		printf '{"execute":"human-monitor-command","arguments":{"command-line":"%s"}}\n' "$1" >&3
		shift
	done
	: >"$T/answers"
	cat <"$T/q.out" >"$T/answers" 4>&- &
	reader=$!
	quit_when_answered "$questions" 4>&- &
	quitter=$!
	t_run timeout -k 5 60 "$@" -S -chardev pipe,id=slipway-test,path="$T/q" \
		-mon chardev=slipway-test,mode=control
	exec 3>&- 4>&-
	kill "$quitter" 2>/dev/null
	wait "$reader" "$quitter" 2>/dev/null
}

# A QEMU that is told to end does not wait for what it has said to be read
quit_when_answered() # COUNT
{
	for _ in $(seq 500); do
		[ "$(grep -c '^{"return": ' "$T/answers")" -lt "$1" ] || break
		sleep 0.1
	done
	echo '{"execute":"quit"}' >&3
}
