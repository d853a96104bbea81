#!/bin/sh
# SPDX-License-Identifier: MIT
# Each refusal of a variable store that only a start can find out: one line, with the way out, status
# 125, and nothing is left behind. (What a plan finds out is in tests/golden.)
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"

# one_line NAME TEXT: of the run that just ended
one_line()
{
	if [ "$t_status" -ne 125 ]; then
		t_fail "$1" "ended with $t_status: $(cat "$T/err")"
	elif [ "$(wc -l <"$T/err")" -ne 1 ]; then
		t_fail "$1" "not one line: $(cat "$T/err")"
	else
		t_eq "$1" "slipway: $2" "$(cat "$T/err")"
	fi
}

# refused NAME TEXT STORE [OPTION...]: a start with that store
refused()
{
	refused_name=$1 refused_text=$2
	shift 2
	t_run slipway_vm "$@" --quiet --sandbox=off
	one_line "$refused_name" "$refused_text"
}

sed=$(command -v sed)
elsewhere='choose another place with --nvram=PATH'
or_none="$elsewhere, or --nvram=ephemeral"
from="from '/usr/share/OVMF/OVMF_VARS_4M.fd'"
elsewhere_kept="keeps a part of its content in another file, which QEMU is not given with it"
its_own="the one that belongs to '/usr/share/OVMF/OVMF_CODE_4M.fd' is '/usr/share/OVMF/OVMF_VARS_4M.fd': <nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'/>, or --firmware=/usr/share/OVMF/OVMF_CODE_4M.fd:/usr/share/OVMF/OVMF_VARS_4M.fd"

# ---- the place -----------------------------------------------------------------------------------

refused a_directory_that_is_not_there \
	"nvram '$T/no/where.fd': cannot open directory '$T/no': No such file or directory; make it, or $elsewhere" \
	"$T/no/where.fd"
: >"$T/file"
refused a_file_in_the_place_of_a_directory \
	"cannot open nvram '$T/file/x.fd': Not a directory; $or_none" "$T/file/x.fd"
ln -s "$T/target.fd" "$T/link.fd"
cp "$template" "$T/target.fd"
refused a_link "nvram '$T/link.fd' is a symbolic link to '$T/target.fd', and links are not followed here; name the file itself" \
	"$T/link.fd"
ln -s nowhere "$T/dangling.fd"
refused a_dangling_link \
	"nvram '$T/dangling.fd' is a symbolic link to 'nowhere', which cannot be reached (No such file or directory); remove the link" \
	"$T/dangling.fd"
mkfifo "$T/fifo.fd"
refused a_fifo "$T/fifo.fd: nvram '$T/fifo.fd' is not a regular file; $elsewhere" "$T/fifo.fd"
refused a_device "/dev/zero: nvram '/dev/zero' is not a regular file; $elsewhere" /dev/zero
mkdir "$T/folder.fd"
refused a_folder "$T/folder.fd: nvram '$T/folder.fd' is not a regular file; $elsewhere" "$T/folder.fd"
refused a_folder_is_not_reset "nvram '$T/folder.fd' is a directory; it has to be a file" "$T/folder.fd" \
	--reset-nvram
refused a_name_that_is_no_files "nvram '$T/new/': '$T/new/' names a directory; it has to be a file" "$T/new/"
long=$(printf '%0300d' 0)
refused a_name_that_is_too_long \
	"cannot open nvram '$T/$long': File name too long; $or_none" \
	"$T/$long"

# ---- the template --------------------------------------------------------------------------------

# with_template FORMAT FORMAT: the VM with the template /template of that format and a store of that
with_template()
{
	"$sed" "s|<os .*|<os><type arch='x86_64' machine='q35'>hvm</type>\
<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>\
<nvram template='/template' templateFormat='$1' format='$2'/></os>|" "$vm" >"$T/template.xml"
	"$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$T/templated.fd" --quiet --sandbox=off \
		"$T/template.xml"
}

if why=$(t_missing qemu-img); then
	t_skip an_overlay_is_no_template "$why"
	t_skip an_overlay_is_no_store "$why"
	t_skip a_broken_off_copy_is_no_store "$why"
	t_skip a_header_alone_is_no_store "$why"
	t_skip external_data_are_no_template "$why"
	t_skip without_qemu_img_nothing_is_converted "$why"
	t_skip a_failing_qemu_img_is_told "$why"
	t_skip a_killed_qemu_img_is_told "$why"
else
	qemu-img create -q -f qcow2 -b "$template" -F raw "$root/template" 540672
	t_run with_template qcow2 qcow2
	one_line an_overlay_is_no_template "$T/template.xml:4: nvram template '/template' $elsewhere_kept; $its_own"
	rm "$root/template"
	qemu-img create -q -f qcow2 -o data_file="$T/data" "$root/template" 540672
	t_run with_template qcow2 qcow2
	one_line external_data_are_no_template "$T/template.xml:4: nvram template '/template' $elsewhere_kept; $its_own"
	rm "$root/template"

	# a store in qcow2
	qcow2_store() # NAME TEXT
	{
		sed "s|</type>|</type><loader format='raw'/><nvram format='qcow2'/>|" "$vm" >"$T/qcow2.xml"
		t_run "$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$T/store.qcow2" --quiet \
			--sandbox=off "$T/qcow2.xml"
		one_line "$1" "$T/store.qcow2: nvram '$T/store.qcow2' $2; --reset-nvram makes a new one $from and keeps the old one beside it"
	}
	from="from /usr/share/OVMF/OVMF_VARS_4M.fd"
	qemu-img create -q -f qcow2 -b "$template" -F raw "$T/store.qcow2" 540672
	qcow2_store an_overlay_is_no_store "$elsewhere_kept"
	qemu-img convert -f raw -O qcow2 "$template" "$T/whole.qcow2"
	head -c 200000 "$T/whole.qcow2" >"$T/store.qcow2"
	qcow2_store a_broken_off_copy_is_no_store 'is cut off: its tables name what is behind its end'
	head -c 90 "$T/whole.qcow2" >"$T/store.qcow2"
	qcow2_store a_header_alone_is_no_store 'is cut off: its tables name what is behind its end'
	from="from '/usr/share/OVMF/OVMF_VARS_4M.fd'"

	cp "$template" "$root/template"
	mkdir "$T/bin"
	# the conversion alone needs a program of PATH
	path=$PATH
	PATH=$T/bin
	t_run with_template raw qcow2
	PATH=$path
	one_line without_qemu_img_nothing_is_converted \
		"cannot create nvram '$T/templated.fd' from '/template': converting '/template' from raw to qcow2: cannot run 'qemu-img': No such file or directory; install it, or give a template of format qcow2"
	printf '#!/bin/sh\necho out of luck >&2\nexit 3\n' >"$T/bin/qemu-img"
	chmod +x "$T/bin/qemu-img"
	PATH=$T/bin:$path
	t_run with_template raw qcow2
	one_line a_failing_qemu_img_is_told \
		"cannot create nvram '$T/templated.fd' from '/template': converting '/template' from raw to qcow2: 'qemu-img' failed with status 3: out of luck"
	printf '#!/bin/sh\nkill -9 $$\n' >"$T/bin/qemu-img"
	t_run with_template raw qcow2
	one_line a_killed_qemu_img_is_told \
		"cannot create nvram '$T/templated.fd' from '/template': converting '/template' from raw to qcow2: 'qemu-img' was killed by signal 9"
	PATH=$path
fi
t_eq nothing_is_left_of_them '' "$(find "$T" -maxdepth 1 -name '*templated*')"

# ---- the system ----------------------------------------------------------------------------------

if command -v strace >/dev/null && strace -qq -o /dev/null -e inject=uname:error=EIO true 2>/dev/null; then
	# failing CALL ERROR: a start in which that call fails; who is traced cannot look for leaks
	failing()
	{
		t_run env ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" strace -qq -o /dev/null -e "inject=$1:error=$2" "$SLIPWAY" --root="$root" \
			--emulator="$probe" --quiet --sandbox=off --nvram="$T/failing.fd" "$vm"
	}
	failing fsync EDQUOT
	one_line a_quota "cannot create nvram '$T/failing.fd' $from: Disk quota exceeded; your quota on this file system is used up; make room or $elsewhere"
	failing fsync EIO
	one_line a_broken_disk "cannot create nvram '$T/failing.fd' $from: Input/output error"
	failing linkat EROFS
	one_line a_read_only_file_system "cannot create nvram '$T/failing.fd' $from: Read-only file system; $or_none"
	failing fsync ENOSPC
	t_contains a_full_disk "cannot create nvram '$T/failing.fd' $from: No space left on device; the 528 KiB template needs" \
		"$T/err"
	t_contains a_full_disk_has_a_way_out "are free; make room or $elsewhere" "$T/err"
	t_eq nothing_is_left_of_a_failing_start '' "$(find "$T" -maxdepth 1 -name '*failing*')"
else
	for name in a_quota a_broken_disk a_read_only_file_system a_full_disk a_full_disk_has_a_way_out \
		nothing_is_left_of_a_failing_start; do
		t_skip "$name" "strace is not installed, or may not trace"
	done
fi

# ---- other users ---------------------------------------------------------------------------------

as_root='a_store_in_everybodys_directory a_foreign_store_in_a_sticky_directory a_second_name_in_a_sticky_directory'
as_nobody='a_directory_of_somebody_else a_store_that_is_read_only a_store_that_cannot_be_read'
if [ "$(id -u)" != 0 ]; then
	for name in $as_root $as_nobody; do t_skip "$name" "only root can be another user"; done
	t_done
fi
mkdir -m 0777 "$T/everybody"
chmod 0777 "$T/everybody"
refused a_store_in_everybodys_directory \
	"nvram '$T/everybody/x.fd': directory '$T/everybody' (mode 0777) can be written by other users, who could replace the store that root's VM uses; take that right away (chmod go-w '$T/everybody') or choose another place" \
	"$T/everybody/x.fd"
mkdir "$T/sticky"
chmod 1777 "$T/sticky"
cp "$template" "$T/sticky/foreign.fd"
chown 65534 "$T/sticky/foreign.fd"
refused a_foreign_store_in_a_sticky_directory \
	"nvram '$T/sticky/foreign.fd' belongs to another user (uid 65534) in a directory that everybody can write; choose another place" \
	"$T/sticky/foreign.fd"
cp "$template" "$T/sticky/twice.fd"
ln "$T/sticky/twice.fd" "$T/sticky/second"
refused a_second_name_in_a_sticky_directory \
	"nvram '$T/sticky/twice.fd' has a second name in a directory that everybody can write; choose another place" \
	"$T/sticky/twice.fd"

if why=$(t_missing setpriv); then
	for name in $as_nobody; do t_skip "$name" "$why"; done
	t_done
fi
t_copy_slipway "$T"
cp "$probe" "$T/probe"
chmod 0755 "$T" "$T/everybody"
# nobody NAME TEXT STORE
nobody()
{
	t_run setpriv --reuid=65534 --regid=65534 --clear-groups env XDG_RUNTIME_DIR="$T" XDG_STATE_HOME="$T" \
		"$T/slipway" --root="$root" --emulator="$T/probe" --quiet --sandbox=off --nvram="$3" "$vm"
	one_line "$1" "$2"
}
nobody a_directory_of_somebody_else \
	"cannot create nvram '$T/everybody/x.fd' $from: Permission denied; directory '$T/everybody' belongs to uid 0 and has mode 0755, you are uid 65534; $or_none" \
	"$T/everybody/x.fd"
chmod 0444 "$T/sticky/foreign.fd"
nobody a_store_that_is_read_only \
	"cannot open nvram '$T/sticky/foreign.fd' for writing: Permission denied; it belongs to uid 65534 and has mode 0444, you are uid 65534; $or_none" \
	"$T/sticky/foreign.fd"
chmod 0000 "$T/sticky/foreign.fd"
nobody a_store_that_cannot_be_read \
	"cannot open nvram '$T/sticky/foreign.fd': Permission denied; the user who starts the VM must be able to read and write it; $or_none" \
	"$T/sticky/foreign.fd"

t_done
