#!/bin/sh
# SPDX-License-Identifier: MIT
# Much at once and much in a row: many VMs started together, with the probe and with QEMU; a folder of
# very many descriptors; as many disks as a spec has; the largest spec; and thousands of starts, after
# which there are no more files, processes, descriptors or memory in use than after the first ones.
# Nothing here depends on how fast the machine is: times are printed, not judged.
#	LOAD_VMS (200) LOAD_QEMUS (20) LOAD_DESCRIPTORS (10000) LOAD_DISKS (256) LOAD_SOAK (5000)
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"
: "${LOAD_VMS:=200}" "${LOAD_QEMUS:=20}" "${LOAD_DESCRIPTORS:=10000}" "${LOAD_DISKS:=256}" "${LOAD_SOAK:=5000}"
mkdir -m 0700 "$T/stores"
# a name that no VM of this machine has: an ephemeral one begins with the store of its name
nvram_spec "slipway-load-$$" >"$vm"

# ---- many at once --------------------------------------------------------------------------------

begin=$(date +%s)
i=0
while [ $i -lt "$LOAD_VMS" ]; do
	"$SLIPWAY" --quiet --root="$root" --emulator="$probe" --nvram="$T/stores/$i.fd" "$vm" -- -wait \
		>"$T/vm$i" 2>"$T/vm$i.err" </dev/null &
	echo $! >>"$T/pids"
	i=$((i + 1))
done
# each waits, or has ended
while read -r pid; do
	i=$((i - 1))
	until grep -qs '^waiting' "$T/vm$((LOAD_VMS - 1 - i))" || ! kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
done <"$T/pids"
seconds=$(($(date +%s) - begin))
t_eq "vms_with_a_probe_all_run, $LOAD_VMS of them, within $seconds s" "$LOAD_VMS" \
	"$(cat "$T"/vm[0-9]* 2>/dev/null | grep -c '^waiting')"
# shellcheck disable=SC2046 # a list of numbers
kill $(cat "$T/pids") 2>/dev/null
wait
whole=0
for store in "$T"/stores/*.fd; do ! cmp -s "$store" "$template" || whole=$((whole + 1)); done
t_eq every_store_is_whole "$LOAD_VMS" "$whole"
rm -rf "$T/stores" "$T"/vm[0-9]* "$T/pids"

qemus()
{
	cat >"$T/bios.xml" <<-'XML'
		<domain type='qemu'><name>load</name><memory unit='MiB'>32</memory>
		<os><type arch='x86_64' machine='pc'>hvm</type></os></domain>
	XML
	i=0
	while [ $i -lt "$LOAD_QEMUS" ]; do
		mkfifo "$T/q$i.in" "$T/q$i.out"
		(
			exec 3<>"$T/q$i.in" 4<>"$T/q$i.out"
			printf '%s\n' 'info status' quit >&3
			"$SLIPWAY" --quiet --sandbox-path="$T:rw" "$T/bios.xml" -- -S -chardev pipe,id=told,path="$T/q$i" \
				-mon chardev=told >"$T/qemu$i" 2>&1 </dev/null
			echo $? >"$T/qemu$i.status"
		) &
		i=$((i + 1))
	done
	wait
	t_eq "vms_with_qemu_all_run, $LOAD_QEMUS of them" "$LOAD_QEMUS" "$(cat "$T"/qemu*.status | grep -cx 0)"
}
if why=$(t_missing qemu-system-x86_64); then t_skip "vms_with_qemu_all_run" "$why"; else qemus; fi

# ---- much of everything --------------------------------------------------------------------------

folder=$root/usr/share/qemu/firmware
awk -v count="$LOAD_DESCRIPTORS" -v folder="$folder" 'BEGIN {
	for (i = 0; i < count; i++) {
		file = sprintf("%s/%05d.json", folder, i)
		printf "{\"description\": \"d\", \"interface-types\": [\"uefi\"], \"mapping\": {\"device\": \"flash\", " \
			"\"executable\": {\"filename\": \"/usr/share/OVMF/%s\", \"format\": \"raw\"}, " \
			"\"nvram-template\": {\"filename\": \"/usr/share/OVMF/OVMF_VARS_4M.fd\", \"format\": \"raw\"}}, " \
			"\"targets\": [{\"architecture\": \"x86_64\", \"machines\": [\"pc-q35-*\"]}], " \
			"\"features\": [], \"tags\": []}\n", i < count - 1 ? "none" : "OVMF_CODE_4M.fd" >file
		close(file)
	}
}'
t_run "$SLIPWAY" firmware --root="$root" --emulator="$probe" "$vm"
t_contains "the_last_of_many_descriptors_is_found, $LOAD_DESCRIPTORS" \
	"* descriptor $(printf '/usr/share/qemu/firmware/%05d.json' $((LOAD_DESCRIPTORS - 1)))" "$T/out"
rm -f "$folder"/*.json

awk -v count="$LOAD_DISKS" -v folder="$T" 'BEGIN {
	print "<domain type=\"qemu\"><name>disks</name><memory unit=\"MiB\">64</memory>"
	print "<os><type arch=\"x86_64\" machine=\"q35\">hvm</type></os><devices>"
	for (i = 0; i < count; i++) {
		name = i < 26 ? sprintf("%c", 97 + i) : sprintf("%c%c", 96 + int(i / 26), 97 + i % 26)
		printf "<disk type=\"file\"><driver name=\"qemu\" type=\"raw\"/><source file=\"%s/d%d\"/>" \
			"<target dev=\"sd%s\" bus=\"scsi\"/></disk>\n", folder, i, name
	}
	print "</devices></domain>"
}' >"$T/disks.xml"
t_run "$SLIPWAY" plan --format=shell --root="$root" --emulator="$probe" "$T/disks.xml"
t_eq "every_disk_is_planned, $LOAD_DISKS" "$LOAD_DISKS" "$(grep -o 'scsi-hd' "$T/out" | wc -l)"

# the largest spec that is read: a comment of what is left below 4 MiB, in pieces
{
	sed '$d' "$vm"
	awk 'BEGIN { for (i = 0; i < 41; i++) { printf "<!-- "; for (j = 0; j < 2000; j++) printf "%s", "spec spec spec spec spec spec spec spec spec spec "; print "-->" } }'
	sed -n '$p' "$vm"
} >"$T/large.xml"
t_true "the_largest_spec_is_read, $(wc -c <"$T/large.xml") bytes" \
	"$SLIPWAY" plan --root="$root" --emulator="$probe" --nvram="$T/large.fd" "$T/large.xml"

# ---- much in a row -------------------------------------------------------------------------------

# what is in use: files that were made, processes of a probe of this test's own (others start theirs at
# the same time), memory that nameless files keep, open files of the whole machine
mkdir -m 0700 "$T/soak"
cp "$probe" "$T/probe"
files() { find "$T/soak" "$T/state" "$T/tmp" -type f 2>/dev/null | wc -l; }
processes() { pgrep -fc "^$T/probe" || :; }
shared_kib() { sed -n 's/^Shmem: *\([0-9]*\) kB/\1/p' /proc/meminfo; }
open_files() { cut -f 1 /proc/sys/fs/file-nr; }

soak()
{
	n=0 bad=
	while [ $n -lt "$1" ]; do
		case $((n % 4)) in
		0) set -- "$1" --nvram="$T/soak/vm.fd" ;;
		1) set -- "$1" --nvram=ephemeral ;;
		2) set -- "$1" --nvram="$T/soak/vm.fd" --sandbox=off ;;
		3) set -- "$1" --nvram="$T/soak/vm.fd" --sandbox=log ;;
		esac
		soak_count=$1
		shift
		"$SLIPWAY" --quiet --root="$root" --emulator="$T/probe" "$@" "$vm" >"$T/out" 2>"$T/err" </dev/null ||
			bad="start $n ended with $?: $(head -n 1 "$T/err")"
		# nothing but 0 to 2, the lock or the ephemeral store; without a sandbox the caller's as well
		[ $((n % 4)) -gt 1 ] || [ "$(grep -c '^fd ' "$T/out")" -le 4 ] || bad="start $n handed $(grep -c '^fd ' "$T/out") files over"
		set -- "$soak_count"
		n=$((n + 1))
	done
}
export TMPDIR="$T/tmp"
mkdir "$TMPDIR"
soak 8
files_before=$(files) shared_before=$(shared_kib) open_before=$(open_files)
soak "$LOAD_SOAK"
t_eq "every_start_of_a_soak_is_well, $LOAD_SOAK starts" "" "$bad"
t_eq files_stay_the_same "$files_before" "$(files)"
t_eq no_process_stays 0 "$(processes)"
# others on this machine open files and use shared memory as well: what every start left would show
grown=$(($(open_files) - open_before))
if [ $grown -lt $((LOAD_SOAK / 4 + 500)) ]; then
	t_ok "open_files_do_not_grow, by $grown"
else
	t_fail open_files_do_not_grow "by $grown"
fi
grown=$(($(shared_kib) - shared_before))
if [ $grown -lt $((LOAD_SOAK * 100 + 100000)) ]; then
	t_ok "memory_files_do_not_stay, $grown KiB"
else
	t_fail memory_files_do_not_stay "$grown KiB more"
fi
t_done
