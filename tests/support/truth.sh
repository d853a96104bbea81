# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What the two halves of the truth table of `slipway test` share: guests, specs and one row. Read
# after lib.sh. All under TCG: a KVM that opens may still not run a UEFI guest.

export XDG_STATE_HOME="$T/state" TMPDIR="$T"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM \
	SLIPWAY_SANDBOX GITHUB_ACTIONS GITLAB_CI
mkesp=$SRCDIR/examples/guest/mkesp.sh

# image NAME ARCH [MODE [ARGUMENT]]: a disk with our guest in that mode
image()
{
	name=$1 arch=$2
	shift 2
	sh "$mkesp" "$T/$name.img" "$BUILD/examples/guest/hello-$arch.efi" "$arch" "$@"
}

# domain NAME ARCH OS-ATTRIBUTE OS-CONTENT DEVICES
domain()
{
	machine=q35 cpu=
	if [ "$2" = aarch64 ]; then
		machine=virt cpu="<cpu mode='custom'><model>cortex-a57</model></cpu>"
	fi
	cat >"$T/$1.xml" <<-XML
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>256</memory>
		  <os $3><type arch='$2' machine='$machine'>hvm</type>$4</os>
		  <features><acpi/>$6</features>
		  $cpu
		  <devices>$5<serial type='stdio'/></devices>
		</domain>
	XML
}

# shellcheck disable=SC2034 # for who reads this file
uefi="<firmware><feature enabled='no' name='secure-boot'/></firmware>"
# shellcheck disable=SC2034
secure="<firmware><feature enabled='yes' name='secure-boot'/>
<feature enabled='yes' name='enrolled-keys'/></firmware>"

# disk NAME: the element for its image
disk()
{
	echo "<disk type='file' device='disk'><driver name='qemu' type='raw'/>
<source file='$T/$1.img'/><target dev='vda' bus='virtio'/></disk>"
}

# guest NAME ARCH [MODE [ARGUMENT]]: our guest behind UEFI
guest()
{
	name=$1 arch=$2
	image "$@"
	domain "$name" "$arch" "firmware='efi'" "$uefi" "$(disk "$name")" ""
}

# truth NAME STATUS LAST-LINE SPEC [OPTION...]
truth()
{
	t_case=$1 t_want=$2 t_words=$3 t_spec=$4
	shift 4
	rm -f "$T/junit.xml"
	t_run "$SLIPWAY" test --junit="$T/junit.xml" "$T/$t_spec.xml" "$@"
	# seen with QEMU 7.2 under TCG, about once in a hundred starts on a busy machine: the virtual CPU
	# waits in AAVMF for an interrupt that never comes, long before anything of the guest's runs
	# shellcheck disable=SC2154 # of lib.sh
	if [ "$t_status" -eq 124 ] && [ "$t_want" -ne 124 ] && ! grep -qv '^UEFI firmware (version' "$T/out"; then
		echo "$t_case: the firmware stood still; once more"
		t_run "$SLIPWAY" test --junit="$T/junit.xml" "$T/$t_spec.xml" "$@"
	fi
	tail -n 1 "$T/err" >"$T/last"
	if [ "$t_status" -ne "$t_want" ] || ! grep -qF -e "slipway: $t_words" "$T/last"; then
		t_fail "$t_case" "wanted $t_want '$t_words', got $t_status:"
		cat "$T/out" "$T/err"
		return
	fi
	t_ok "$t_case"
	if [ -n "$have_xmllint" ]; then
		t_eq "$t_case: junit" \
			"$([ "$t_want" -eq 0 ] || sed 's/^slipway: //; s/^failed: //' "$T/last")" \
			"$(xmllint --xpath 'string(//testcase/*/@message)' "$T/junit.xml")"
	fi
}

have_xmllint=$(command -v xmllint || true)
[ -n "$have_xmllint" ] || t_skip junit_entries "not installed: xmllint"
