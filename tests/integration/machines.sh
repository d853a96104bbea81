#!/bin/sh
# SPDX-License-Identifier: MIT
# Machine names are QEMU's own: asked once, kept for this very binary, asked again when it is another
# one. Only a system's QEMU is asked, so this is for root, whose files those are.
. "$(dirname "$0")/../support/lib.sh"

test_name=qemu_says_what_its_machines_are
if why=$(t_missing qemu-system-x86_64); then
	t_skip "$test_name" "$why"
	t_done
fi
if [ "$(id -u)" -ne 0 ]; then
	t_skip "$test_name" "not root"
	t_done
fi
chmod 755 "$T"
qemu=$T/qemu-system-x86_64
cp "$(command -v qemu-system-x86_64)" "$qemu"
chmod 755 "$qemu"
cache=/var/cache/slipway/machines$(echo "$qemu" | tr / _)
trap 'rm -f "$cache"; chmod -R u+rwX "$T" 2>/dev/null; rm -rf "$T"' EXIT
cat >"$T/vm.xml" <<-XML
	<domain type='qemu'>
	  <name>machines</name>
	  <memory unit='MiB'>64</memory>
	  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
	  <features><acpi/></features>
	</domain>
XML

wanted() # the first line of what was looked for
{
	"$SLIPWAY" firmware --emulator="$qemu" "$T/vm.xml" 2>/dev/null | head -n 1
}

newest=$("$qemu" -machine help | sed -n 's/^q35 .*(alias of \(.*\))$/\1/p')
t_eq "$test_name" "wanted: UEFI firmware for x86_64 $newest" "$(wanted)"
t_true looking_writes_nothing test ! -e "$cache"
t_run "$SLIPWAY" run --firmware=uefi --nvram=ephemeral --emulator="$qemu" "$T/vm.xml" -- -version
t_true a_start_keeps_it test -s "$cache"
t_true for_nobody_else test "$(stat -c %a "$cache" 2>/dev/null)" = 600

sed -i "s/$newest/pc-q35-0.99/" "$cache"
t_eq what_is_kept_is_believed 'wanted: UEFI firmware for x86_64 pc-q35-0.99' "$(wanted)"
touch "$qemu"
t_eq another_binary_is_asked_again "wanted: UEFI firmware for x86_64 $newest" "$(wanted)"

# Whatever else is executable is not started by a look
printf '#!/bin/sh\ntouch %s/started\n' "$T" >"$qemu"
wanted >/dev/null
t_true a_script_is_not_asked test ! -e "$T/started"
cp /bin/true "$T/other"
qemu=$T/other
t_eq another_name_is_not_asked 'wanted: UEFI firmware for x86_64 pc-q35-10.0' "$(wanted)"
qemu=$T/qemu-system-x86_64
cp "$(command -v qemu-system-x86_64)" "$qemu"
chmod 777 "$qemu"
t_eq what_others_may_write_is_not_asked 'wanted: UEFI firmware for x86_64 pc-q35-10.0' "$(wanted)"
t_done
