#!/bin/sh
# SPDX-License-Identifier: MIT
# slipway doctor: what it finds on hosts made up from recipes, with which severity and fix, and that
# the worst finding decides how it ends.
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=tests/golden/support/golden.sh
. "$SRCDIR/tests/golden/support/golden.sh"

mkdir -p "$T/bin" "$T/cases"
printf '#!/bin/sh\necho "QEMU emulator version 9.9.9 (made up)"\n' >"$T/bin/emulator"
printf '#!/bin/sh\nexit 3\n' >"$T/bin/mute"
chmod +x "$T/bin/emulator" "$T/bin/mute"

# spec FILE FIRMWARE-ELEMENTS [DEVICES] [TYPE]
spec()
{
	cat >"$1" <<END
<domain type='${4-qemu}'>
  <name>slipway-doctor-$$</name>
  <memory unit='MiB'>512</memory>
  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>$2</os>
  <features><acpi/></features>
  <devices>${3-}</devices>
</domain>
END
}

# host LINE...: $root is the host of this recipe
host()
{
	printf '%s\n' "$@" >"$T/cases/host"
	root=$T/root
	chmod -R u+rwx "$root" 2>/dev/null
	rm -rf "$root"
	make_host "$root" "$T/cases" "$T/cases/host" || t_fail a_host_is_made "$*"
}

# doctor ARGUMENT...
doctor()
{
	plain doctor --root="$root" --emulator="$T/bin/emulator" "$@"
}

# finds NAME SEVERITY SUBJECT TEXT [FIX]: one finding of the last run, in its text form
finds()
{
	if ! awk -v want="$2 $3" -v text="$4" -v fix="${5-}" '
		/^[a-z]/ { inside = ($1 " " $2 == want) && index($0, text); if (inside && fix == "") found = 1 }
		/^ +fix: / { if (inside && fix != "" && index($0, fix)) found = 1 }
		END { exit !found }' "$T/out"; then
		t_fail "$1" "no $2 about $3 with '$4'${5:+ and the fix '$5'}:"
		cat "$T/out" "$T/err"
	else
		t_ok "$1"
	fi
}

# ends NAME STATUS
ends()
{
	t_eq "$1" "$2" "$t_status"
}

spec "$T/plain.xml" ''
spec "$T/swtpm.xml" '' "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>"

# ---- every distribution's firmware ---------------------------------------------------------------

# What is said of each host's firmware and descriptors, for a plain guest, one with Secure Boot that
# enforces, and one of aarch64, is in doctor_hosts.txt: "HOST GUEST STATUS: SEVERITY SUBJECT TEXT", a
# fix behind its finding. `doctor.sh --update` writes it anew; look at the difference.
spec "$T/secure.xml" "<firmware><feature enabled='yes' name='secure-boot'/>
	<feature enabled='yes' name='enrolled-keys'/></firmware>"
sed "s/arch='x86_64' machine='q35'/arch='aarch64' machine='virt'/" "$T/plain.xml" >"$T/aarch64.xml"
table=$SRCDIR/tests/integration/doctor_hosts.txt

rows() # HOST: the rows of this host
{
	for guest in plain secure aarch64; do
		doctor --accel=tcg --nvram="$T/vm_VARS.fd" "$T/$guest.xml"
		sed "s,$T/,,g; s,$root,,g" "$T/out" | awk -v row="$1 $guest $t_status:" '
			/^[a-z]/ { told = $2 ~ /^(firmware|descriptor|plan|spec)$/ }
			told { sub(/^ +fix: /, "fix: "); gsub(/ +/, " "); print row, $0 }'
	done
}
for recipe in "$golden"/hosts/*.txt; do
	name=$(basename "$recipe" .txt)
	host "host $name"
	rows "$name" >"$T/rows.$name"
	if [ "${1-}" = --update ]; then
		continue
	elif ! grep "^$name " "$table" >"$T/wanted"; then
		t_fail "${name}_is_as_in_the_table" "it is not in doctor_hosts.txt; doctor.sh --update adds it"
	elif cmp -s "$T/wanted" "$T/rows.$name"; then
		t_ok "${name}_is_as_in_the_table"
	else
		t_fail "${name}_is_as_in_the_table" 'they differ:'
		diff -u "$T/wanted" "$T/rows.$name" | sed 1,2d
	fi
done
[ "${1-}" != --update ] || cat "$T"/rows.* >"$table"

for recipe in "$golden"/hosts/*.txt; do
	name=$(basename "$recipe" .txt)
	host "host $name"
	doctor "$T/plain.xml"
	case $name in
	bundled | libvirt) continue ;; # parts of hosts, not hosts
	esac
	finds "${name}_has_uefi_firmware" ok firmware /
	ends "${name}_is_well" 0
done

# ---- what is missing -----------------------------------------------------------------------------

while read -r os fix; do
	host "os $os"
	doctor "$T/plain.xml"
	finds "no_firmware_on_$os" error firmware 'no UEFI firmware for x86_64' "$fix"
	ends "no_firmware_on_${os}_is_an_error" 1
done <<'END'
debian apt install ovmf
fedora dnf install edk2-ovmf
opensuse zypper install qemu-ovmf-x86_64
arch pacman -S edk2-ovmf
alpine apk add ovmf
END

host 'host debian12'
plain doctor --root="$root" --emulator="$T/nowhere" "$T/plain.xml"
finds a_missing_emulator error emulator "$T/nowhere" 'install QEMU for x86_64'
ends a_missing_emulator_is_an_error 1
doctor "$T/plain.xml"
finds the_version_is_told ok emulator 'QEMU emulator version 9.9.9'
plain doctor --root="$root" --emulator="$T/bin/mute" "$T/plain.xml"
finds a_mute_emulator warning emulator 'does not answer --version' 'name QEMU with'
ends a_warning_is_no_failure 0

printf '#!/bin/sh\necho "QEMU emulator version 6.2.0"\n' >"$T/bin/old" && chmod +x "$T/bin/old"
plain doctor --root="$root" --emulator="$T/bin/old" "$T/plain.xml"
finds an_old_emulator warning emulator 'older than 7.2' 'install a newer QEMU'
doctor "$T/plain.xml"
finds swtpm_is_not_needed_by_every_vm note program 'swtpm is not there' 'install swtpm'
doctor "$T/swtpm.xml"
finds swtpm_is_needed_for_a_tpm error program 'swtpm is not there' 'install swtpm'
finds swtpm_setup_is_needed_for_a_tpm error program 'swtpm_setup is not there' 'install swtpm_setup'
mkdir -p "$root/usr/bin" && cp "$T/bin/mute" "$root/usr/bin/swtpm"
doctor "$T/swtpm.xml"
finds swtpm_is_found_below_the_root ok program "'/usr/bin/swtpm'"

# ---- descriptors ---------------------------------------------------------------------------------

host 'host debian12' 'text /etc/qemu/firmware/10-broken.json {' \
	'empty /etc/qemu/firmware/60-edk2-arm.json'
doctor "$T/plain.xml"
finds a_broken_descriptor warning descriptor /etc/qemu/firmware/10-broken.json 'mend the file'
finds a_masked_descriptor note descriptor 60-edk2-arm.json
finds a_descriptor_without_its_file note descriptor AAVMF_CODE.secboot.fd 'install the package'
ends broken_descriptors_are_no_failure 0

# ---- NVRAM ---------------------------------------------------------------------------------------

host 'host debian12'
dd if="$root/usr/share/OVMF/OVMF_VARS.fd" of="$T/old_VARS.fd" 2>/dev/null
doctor --nvram="$T/old_VARS.fd" "$T/plain.xml"
finds a_store_of_another_family error nvram 'old_VARS.fd' ''
ends a_store_of_another_family_is_an_error 1
mkdir "$T/shut" && chmod 555 "$T/shut"
real=$SLIPWAY
if [ -w "$T/shut" ]; then # root is above modes, unless it is without that capability
	SLIPWAY=$T/bin/bound
	printf '#!/bin/sh\nexec setpriv --bounding-set=-dac_override --inh-caps=-dac_override "%s" "$@"\n' \
		"$real" >"$SLIPWAY"
	chmod +x "$SLIPWAY"
fi
if "$SLIPWAY" --version >"$T/out" 2>&1; then
	doctor --nvram="$T/shut/vm_VARS.fd" "$T/plain.xml"
	finds a_place_that_cannot_be_written error nvram 'cannot be written' '--nvram=PATH'
	ends a_place_that_cannot_be_written_is_an_error 1
else
	t_skip a_place_that_cannot_be_written "root, and setpriv is not to be had"
fi
SLIPWAY=$real
doctor --nvram="$T/not/yet/vm_VARS.fd" "$T/plain.xml"
finds a_place_that_can_be_made ok nvram create
t_true nothing_is_made test ! -e "$T/not"

# ---- what the spec names -------------------------------------------------------------------------

# disk FILE DISK-ELEMENTS
disk()
{
	spec "$T/disk.xml" '' "<disk type='file' device='${3-disk}'><driver name='qemu' type='qcow2'/>
		<source file='$1'/><target dev='vda' bus='virtio'/>${2-}</disk>"
	doctor --nvram="$T/vm_VARS.fd" "$T/disk.xml"
}
disk "$T/none.qcow2"
finds a_disk_that_is_not_there error device "disk vda '$T/none.qcow2': No such file" \
	"qemu-img create -f qcow2 $T/none.qcow2 SIZE"
ends a_disk_that_is_not_there_is_an_error 1
disk "$T/none.qcow2" '<readonly/>'
finds a_disk_that_is_only_read_is_not_to_be_made error device none.qcow2 'correct <source>'
: >"$T/there.qcow2"
disk "$T/there.qcow2"
t_eq a_disk_that_is_there_is_no_finding 0 "$(grep -c '^[a-z]* *device' "$T/out")"
spec "$T/kernel.xml" "<kernel>$T/vmlinuz</kernel><initrd>$T/there.qcow2</initrd>"
doctor "$T/kernel.xml"
finds a_kernel_that_is_not_there error device "<kernel> '$T/vmlinuz': No such file" 'correct the path'
t_eq an_initrd_that_is_there_is_no_finding 1 "$(grep -c '^[a-z]* *device' "$T/out")"
spec "$T/bridge.xml" '' "<interface type='bridge'><source bridge='nobridge9'/></interface>"
doctor "$T/bridge.xml"
finds a_bridge_that_is_not_there error device "bridge 'nobridge9' is not there" 'ip link add nobridge9'
spec "$T/share.xml" '' "<filesystem type='mount'><driver type='virtiofs'/><source dir='$T/nofolder'/>
	<target dir='x'/></filesystem>"
sed -i 's,<os,<memoryBacking><source type="memfd"/><access mode="shared"/></memoryBacking><os,' "$T/share.xml"
doctor "$T/share.xml"
finds a_folder_that_is_not_there error device "shared folder '$T/nofolder': No such file" 'make it'

# ---- the spec ------------------------------------------------------------------------------------

doctor "$T/nowhere.xml"
finds a_missing_spec error spec nowhere.xml
ends a_missing_spec_is_an_error 1
printf '<domain' >"$T/cut.xml"
doctor "$T/cut.xml"
finds a_spec_that_is_no_xml error spec cut.xml
t_refuses one_spec_is_taken 125 'another one' "$SLIPWAY" doctor "$T/plain.xml" "$T/swtpm.xml"
t_refuses a_root_must_be_there 125 '--root' "$SLIPWAY" doctor --root="$T/nowhere"

# ---- security modules, libvirt -------------------------------------------------------------------

apparmor_on='text /sys/module/apparmor/parameters/enabled Y'
ours=/usr/bin/qemu-system-x86_64-slipway
# what the front executes, where there is one (launcher/front/front.c)
whole=$WHOLE fronts=1
[ "$WHOLE" != "$SLIPWAY" ] || fronts=0 whole=/nonexistent
# profile NAME LINE...: of the host that was made
profile()
{
	mkdir -p "$(dirname "$root/etc/apparmor.d/$1")"
	name=$1
	shift
	printf '  %s\n' "$@" >"$root/etc/apparmor.d/$name"
}

host 'host debian12' "$apparmor_on" 'text /usr/bin/qemu-system-x86_64 real'
profile usr.sbin.libvirtd '/usr/bin/* PUx,'
profile abstractions/libvirt-qemu '/usr/bin/qemu-system-x86_64 rmix,' '/usr/share/qemu/** r,' \
	'/usr/share/OVMF/** rk,' "$T/bin/emulator rmix," "$whole rmix," '#include <local/abstractions/libvirt-qemu>'
doctor
t_eq where_slipway_is_no_emulator_nothing_is_said 0 "$(grep -c '^[a-z]* *apparmor' "$T/out")"
ends no_spec_is_needed 0

: >"$root$ours"
doctor
finds a_guests_profile_lacks_the_emulator warning apparmor "'$ours'" \
	'add to /etc/apparmor.d/local/abstractions/libvirt-qemu:'
t_eq one_rule_is_lacking "  $ours rmix," "$(sed -n 's/^ *\(  .*rmix,\)$/\1/p' "$T/out")"
t_eq the_daemon_lacks_nothing 0 "$(grep -c 'PUx' "$T/out")"
profile local/abstractions/libvirt-qemu "$ours rmix,"
doctor
finds a_rule_of_the_administrators_counts ok apparmor "'$ours'"
rm "$root/etc/apparmor.d/local/abstractions/libvirt-qemu"
profile abstractions/libvirt-qemu '/usr/bin/{qemu-system-*,kvm} rmix,' "$T/bin/emulator rmix," \
	"$whole rmix,"
doctor
finds a_pattern_counts ok apparmor "'$ours'"

# an emulator elsewhere, and firmware and store that slipway chooses
profile abstractions/libvirt-qemu '/usr/bin/qemu-system-x86_64 rmix,' '/usr/share/qemu/** r,' \
	"$T/bin/emulator rmix," 'include if exists <abstractions/libvirt-qemu.d>'
mkdir -p "$root/opt/fw"
cp "$root/usr/share/OVMF/OVMF_CODE_4M.fd" "$root/usr/share/OVMF/OVMF_VARS_4M.fd" "$root/opt/fw"
spec "$T/elsewhere.xml" '' '<emulator>/opt/bin/qemu-system-x86_64-slipway</emulator>'
plain doctor --root="$root" --nvram=/srv/vm_VARS.fd \
	--firmware=/opt/fw/OVMF_CODE_4M.fd:/opt/fw/OVMF_VARS_4M.fd "$T/elsewhere.xml"
finds the_daemons_profile_lacks_the_emulator warning apparmor '/opt/bin/qemu-system-x86_64-slipway' \
	'add to /etc/apparmor.d/local/usr.sbin.libvirtd:'
for rule in '/opt/bin/qemu-system-x86_64-slipway PUx,' '/opt/bin/qemu-system-x86_64-slipway rmix,' \
	'/etc/qemu/firmware/{,**} r,' '/opt/fw/{,**} rk,' '/srv/{,**} rwkl,' \
	'add to /etc/apparmor.d/abstractions/libvirt-qemu.d/slipway:'; do
	t_contains "the_rule_is_told: $rule" "$rule" "$T/out"
done
t_eq what_is_allowed_is_not_told 0 "$(grep -c '/usr/share/qemu/firmware/{' "$T/out")"
printf 'N' >"$root/sys/module/apparmor/parameters/enabled"
plain doctor --root="$root" "$T/elsewhere.xml"
finds apparmor_that_is_off_is_a_note note apparmor 'here it is off'
t_eq the_same_rule_stands_once $((1 + fronts)) "$(grep -c 'rmix,' "$T/out")"
t_eq what_the_front_executes_is_in_it "$fronts" "$(grep -c "$whole rmix," "$T/out")"
rm -r "$root/etc/apparmor.d"
plain doctor --root="$root" "$T/elsewhere.xml"
t_eq without_profiles_nothing_is_said 0 "$(grep -c '^[a-z]* *apparmor' "$T/out")"

host 'host debian12' 'text /sys/fs/selinux/enforce 1' 'text /usr/bin/qemu-system-x86_64 real' \
	"text $ours ours"
doctor
finds selinux_is_seen warning selinux enforcing "restorecon -v $ours"
t_eq a_name_of_qemus_has_its_label 0 "$(grep -c 'semanage' "$T/out")"
ln "$root$ours" "$root/usr/bin/slipway"
doctor
finds a_hard_link_is_better_a_copy warning selinux enforcing 'cp --remove-destination'
printf 0 >"$root/sys/fs/selinux/enforce"
plain doctor --root="$root" --firmware=/opt/fw/CODE.fd --nvram=/srv/vm_VARS.fd "$T/elsewhere.xml"
finds selinux_may_be_permissive note selinux permissive \
	'semanage fcontext -a -t qemu_exec_t /opt/bin/qemu-system-x86_64-slipway'
mkdir -p "$root/opt/fw"
cp "$root/usr/share/OVMF/OVMF_CODE_4M.fd" "$root/usr/share/OVMF/OVMF_VARS_4M.fd" "$root/opt/fw"
plain doctor --root="$root" --nvram=/srv/vm_VARS.fd \
	--firmware=/opt/fw/OVMF_CODE_4M.fd:/opt/fw/OVMF_VARS_4M.fd "$T/elsewhere.xml"
t_contains the_place_of_firmware_needs_a_label \
	"semanage fcontext -a -t virt_content_t '/opt/fw(/.*)?' && restorecon -R -v /opt/fw" "$T/out"
t_contains the_place_of_the_store_needs_a_label \
	"semanage fcontext -a -t svirt_image_t '/srv(/.*)?' && restorecon -R -v /srv" "$T/out"

# ---- libvirt's cache of what an emulator can

host 'host debian12' 'text /usr/bin/qemu-system-x86_64 real' "text $ours ours" \
	'text /usr/bin/kvm-slipway ours' 'text /usr/local/bin/qemu-system-aarch64-slipway ours' \
	'text /usr/bin/qemu-system-aarch64 real'
chmod +x "$root/usr/bin/qemu-system-x86_64" "$root/usr/bin/qemu-system-aarch64"
touch "$root$ours" "$root/usr/local/bin/qemu-system-aarch64-slipway"
doctor
finds a_fresh_cache ok libvirt "'$ours', for '/usr/bin/qemu-system-x86_64'"
finds an_emulator_elsewhere_stands_for_one_in_path ok libvirt \
	"'/usr/local/bin/qemu-system-aarch64-slipway', for '/usr/bin/qemu-system-aarch64'"
finds an_emulator_behind_nothing warning libvirt "'kvm', which is not there" 'install it'
sleep 1 # the clock of files is coarse
chmod +x "$root/usr/bin/qemu-system-x86_64"
doctor
finds a_stale_cache warning libvirt 'what the former QEMU could do' "touch $ours"
plain doctor --root="$root" --emulator="$ours"
finds an_emulator_that_was_named_is_looked_at warning libvirt "newer than '$ours'" "touch $ours"
t_eq and_no_other 1 "$(grep -c '^[a-z]* *libvirt' "$T/out")"

# ---- JSON, and this machine ----------------------------------------------------------------------

host 'os debian'
doctor --format=json "$T/plain.xml"
ends json_ends_like_text 1
t_contains json_has_a_version '"version": 1' "$T/out"
t_contains json_has_the_severity '"severity": "error"' "$T/out"
t_contains json_has_the_fix 'apt install ovmf' "$T/out"
t_contains json_has_null_without_a_fix '"fix": null' "$T/out"
t_eq a_finding_is_nothing_for_stderr '' "$(cat "$T/err")"

t_eq another_root_says_nothing_of_this_kernel 0 "$(grep -c '"kvm"\|"sandbox"' "$T/out")"
root=/
doctor --nvram="$T/vm_VARS.fd" --format=json
t_contains this_machine_has_a_word_about_kvm '"subject": "kvm"' "$T/out"
t_contains this_machine_has_a_word_about_its_sandbox '"subject": "sandbox"' "$T/out"

# Something else in the place of the KVM device, seen by one process only
without_kvm() # ARGUMENT...
{
	t_run unshare --mount sh -c 'mount --bind /dev/null /dev/kvm && exec "$@"' sh \
		"$SLIPWAY" doctor --nvram="$T/vm_VARS.fd" --emulator="$T/bin/emulator" "$@"
}

spec "$T/kvm.xml" '' '' kvm
if unshare --mount sh -c 'mount --bind /dev/null /dev/kvm' 2>/dev/null; then
	without_kvm
	finds kvm_that_fails_is_a_warning_without_a_spec warning kvm 'no KVM device' '--accel=tcg'
	without_kvm "$T/plain.xml"
	finds kvm_that_is_not_asked_for_is_a_note note kvm 'no KVM device'
	without_kvm "$T/kvm.xml"
	finds kvm_that_is_asked_for_is_an_error error kvm 'no KVM device' '--accel=tcg'
	ends kvm_that_is_asked_for_decides 1
	t_eq kvm_does_not_hide_the_firmware 1 "$(grep -c '^[a-z]* *firmware ' "$T/out")"
	t_eq kvm_is_told_once 1 "$(grep -c '^[a-z]* *kvm ' "$T/out")"
else
	t_skip kvm_that_fails "no /dev/kvm that could be hidden, or no right to"
fi

# A session that is older than its user's membership, as nobody, with a device and groups of our own
old_session() # ARGUMENT...
{
	t_run unshare --mount sh -c 'mount --bind "$1/kvm" /dev/kvm && mount --bind "$1/group" /etc/group &&
		shift && exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"' sh "$T" \
		"$T/slipway" doctor --nvram="$T/vm_VARS.fd" --emulator="$T/bin/emulator" "$T/kvm.xml"
}
chmod 755 "$T" && t_copy_slipway "$T"
: >"$T/kvm" && chmod 660 "$T/kvm"
if [ "$(id -u)" -eq 0 ] && chown 0:4711 "$T/kvm" && unshare --mount true 2>/dev/null && [ -e /dev/kvm ] &&
	[ -z "$(t_missing setpriv)" ]; then
	{ cat /etc/group && echo kvmers:x:4711:nobody; } >"$T/group"
	old_session
	finds a_member_of_an_old_session error kvm 'you are in group kvmers, but not in this session: a new login'
	{ cat /etc/group && echo kvmers:x:4711:; } >"$T/group"
	old_session
	finds somebody_who_is_no_member error kvm 'usermod -aG kvmers USER'
else
	t_skip a_member_of_an_old_session 'not root, no /dev/kvm, or no namespaces'
fi
t_done
