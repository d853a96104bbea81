#!/bin/sh
# SPDX-License-Identifier: MIT
# Nothing of a spec is read and then forgotten: every member of the request's records is looked at
# by the plan, which makes something of it or refuses it. A record's variables have its name
# (spec_disk: disk->…), so a member that is used is found by its text.
. "$(dirname "$0")/../support/lib.sh"

cd "$SRCDIR/launcher" || exit 1

# "record member" of each member of a record, nested ones by their own name
members()
{
	sed -e 's,/\*.*\*/,,' -e '/\/\*/,/\*\//{ s,/\*.*,,; t' -e 'd; }' \
		spec/spec.h spec/device.h spec/machine.h | awk '
		/^[\t ]*(struct|enum) [a-z_]+ {/ {
			depth++
			kind[depth] = $1
			name[depth] = $2
			next
		}
		depth > 0 && /^[\t ]*}/ {
			member = $0
			sub(/^[\t ]*}[ *]*/, "", member)
			gsub(/[ ;*]/, "", member)
			depth--
			if (depth > 0 && member != "" && kind[depth] == "struct") print name[depth], member
			next
		}
		depth > 0 && kind[depth] == "struct" && /;/ {
			line = $0
			sub(/;.*/, "", line)
			gsub(/\[[^]]*\]/, "", line)
			n = split(line, part, ",")
			for (i = 1; i <= n; i++) {
				sub(/.*[ \t*]/, "", part[i])
				if (part[i] != "") print name[depth], part[i]
			}
		}'
}

# What variables of a record are called, where that is not the record's name
called()
{
	case $1 in
	spec) echo 'spec' ;;
	spec_address) echo '(written|address)' ;;
	spec_backing) echo 'backing(\[[a-z]+( - 1)?\])?' ;;
	spec_balloon) echo 'balloon' ;;
	spec_chardev) echo '(chardev|console|channel|channels\[i\]|serials\[i\]|serials\[index\]|parallels\[i\]|consoles\[i\]|consoles\[0\]|lists\[i\]\[j\])' ;;
	spec_controller) echo '(spec|controllers\[(i|of|before - 1)\])' ;;
	spec_cpu_feature) echo 'feature' ;;
	spec_device) echo 'common' ;;
	spec_events) echo 'events' ;;
	spec_feature) echo '(feature|item|items\[i\]|ioapic|gic|aia|ring|segment|cache)' ;;
	spec_firmware) echo 'firmware' ;;
	spec_forward_range) echo 'range' ;;
	spec_fwcfg) echo 'file' ;;
	spec_id_map) echo 'map' ;;
	spec_iothread) echo '(thread|iothread_ids\[i\])' ;;
	spec_numa_cell) echo '(cell|cells\[[a-z0-9]+\])' ;;
	spec_numa_distance) echo 'distances\[i\]' ;;
	spec_page) echo '(page|pages\[i\])' ;;
	spec_panic) echo '(panic|panics\[i\])' ;;
	spec_pin) echo 'pins\[i\]' ;;
	spec_smbios_entry) echo 'entries\[i\]' ;;
	spec_smbios_table | spec_acpi_table) echo 'table' ;;
	spec_timer) echo '(timer|rtc|pit|timers\[i\])' ;;
	*) echo "${1#spec_}s?(\\[[a-z0-9]+\\])?" ;;
	esac
}

# What the plan has no use for, and why
known()
{
	case $1 in
	*_line) ;;                      # for messages, where there is something to say
	'spec emulator') ;;             # the survey looks for it
	'spec apic') ;;                 # libvirt reads it and asks nothing of QEMU
	'spec_varstore present') ;;     # its path and template say it
	'spec_nvram present') ;;        # … and the source's kind this
	'spec_tpm persistent_state') ;; # it is kept in any case, unless the VM is --ephemeral
	*) return 1 ;;
	esac
}

members | sort -u >"$T/members"
t_true the_headers_have_members test "$(wc -l <"$T/members")" -gt 350
cat plan/*.c >"$T/plan"
while read -r record member; do
	case $member in
	line) continue ;; # for messages, where there is something to say
	esac
	if known "$record $member" ||
		grep -qE "(^|[^a-z_])$(called "$record")(->|\.)$member([^a-z_]|\$)" "$T/plan" ||
		grep -qE "CONTROLLER_SAID\([a-z]+, $member\)" "$T/plan"; then
		continue
	fi
	t_fail the_plan_looks_at_every_member "$record.$member"
done <"$T/members"
[ "$t_failed" -gt 0 ] || t_ok the_plan_looks_at_every_member
t_done
